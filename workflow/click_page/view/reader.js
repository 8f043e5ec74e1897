// A reader's page without answers, and so without networks.
import {beginReading} from "./reading_page.js";
import {start} from "./start.js";
import {READING} from "./state.js";

start(READING, null, beginReading);
