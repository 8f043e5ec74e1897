// The click page: what happens from the double click on.
import {loadNetworks} from "./networks.js";
import {start} from "./start.js";
import {CLICK_PAGE} from "./state.js";

start(CLICK_PAGE, loadNetworks);
