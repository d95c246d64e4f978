// Makes the pages nicer; nothing needs it.
import { initAll } from "./govuk-frontend.min.js";

initAll();
