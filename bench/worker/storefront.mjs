// The shop's Worker as it is deployed, asked through its own `fetch`: address in, JSON out.
import worker from "./index.js";

import { serve } from "./timing.mjs";

// Responses of a Worker that lets other origins read its API are written anew each time (docs/decisions/069): a kept one would be measured
// from the second time on.
const SETTINGS = { CORS_ORIGINS: "https://reader.example" };

export default serve((env, context) => {
  const settings = { ...env, ...SETTINGS };
  return ({ address }) => worker.fetch(new Request(`http://127.0.0.1${address}`), settings, context);
});
