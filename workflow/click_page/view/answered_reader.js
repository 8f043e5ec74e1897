// A reader's page that shows what a method makes of the clicks.
import {loadNetworks} from "./networks.js";
import {beginReading} from "./reading_page.js";
import {start} from "./start.js";
import {ANSWERED_READING} from "./state.js";

start(ANSWERED_READING, loadNetworks, beginReading);
