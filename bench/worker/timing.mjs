// What the Workers of all engines share. The runtime's clock stands still within a request, so a request has the same question
// answered many times, and whoever sent it holds the watch.

/** A Worker of an engine. `start` makes it ready with the first request and gives the function that answers one question. */
export function serve(start) {
  let answer;
  return {
    async fetch(request, env, context) {
      answer ??= await start(env, context);
      const { times, ...question } = await request.json();
      let last = "";
      for (let round = 0; round < times; round += 1) last = await answer(question);
      return last instanceof Response ? last : new Response(last);
    },
  };
}

/** What a word is worth by the field it stands in; a description counts once. */
export const BOOST = { name: 3, category: 2 };

export const FIELDS = ["name", "category", "description"];

/** How many products a page has. */
export const PAGE = 12;

export function products(text) {
  return text.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line));
}
