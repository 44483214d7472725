// Why a change was not made, in words that name the cause and the way on. Pure.

/** The cause of a failure, by the status of the response; 0 stands for no response. */
export function causeOf(status: number, retryAfter: number, isOnline: boolean): string {
  if (status === 0) return isOnline ? "The shop did not answer. Try again." : "You are offline. Try again when there is a connection.";
  if (status === 429) return `Too many changes in a short time. Try again in ${wait(retryAfter || 60)}.`;
  if (status >= 500) return "The shop has a fault at the moment. Try again in a minute.";
  return "The shop refused this. Load the page anew, and try again.";
}

/** The notice after a line was put back in part. */
export function restored(available: number, wanted: number): string {
  return available === 1 ? `Only one is left: 1 of the ${wanted} is back in your cart.` : `Only ${available} are left: ${available} of the ${wanted} are back in your cart.`;
}

function wait(seconds: number): string {
  if (seconds < 60) return `${seconds} ${seconds === 1 ? "second" : "seconds"}`;
  const minutes = Math.ceil(seconds / 60);
  return minutes === 1 ? "a minute" : `${minutes} minutes`;
}
