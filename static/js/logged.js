/** The page with the acceptance number: what was sent has arrived, so this device need not keep it any longer. */

import { arrived } from "./drafts.js";

arrived();
