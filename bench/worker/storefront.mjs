// The shop's Worker as it is deployed, asked through its own `fetch`: address in, JSON out.
import worker from "./index.js";

import { serve } from "./timing.mjs";

export default serve((env, context) => ({ address }) => worker.fetch(new Request(`http://127.0.0.1${address}`), env, context));
