/** What a case is split into: each new case has a box for its area. */

import { lookUps } from "./lookups.js";

for (const part of document.querySelectorAll("[data-part-of]")) {
  const number = part.dataset.partOf;
  lookUps(part.closest("form")).area(`area_name_${number}`, `area_${number}`);
}
