// A page for tests: in a mode that leaves all to the page's makers, as a reader study does.
import {start} from "../../workflow/click_page/view/start.js";

start({name: "reading", files: false, masks: false, free: false, saving: false});
