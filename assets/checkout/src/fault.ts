// What is wrong with a field, by the rules and in the words that the server has written into its attributes. Pure: reads a field, changes nothing.

/** The part of a field that its rules read. */
export interface Ruled {
  readonly value: string;
  readonly required: boolean;
  readonly dataset: Readonly<Record<string, string | undefined>>;
  readonly pattern?: string;
}

/** The message of the rule that a field breaks; empty for none. The order of the rules is the server's. */
export function faultOf({ value, required, dataset, pattern }: Ruled): string {
  const text = value.split(/\s+/).filter(Boolean).join(" ");
  if (!text) return (required && dataset["missing"]) || "";
  if ([...text].length > Number(dataset["most"] ?? Infinity)) return dataset["long"] ?? "";
  if (dataset["noAt"] && !text.includes("@")) return dataset["noAt"];
  return pattern && !fits(pattern, value) ? (dataset["malformed"] ?? "") : "";
}

/** Whether a value fits an attribute `pattern`. A pattern that this browser cannot read refuses nothing. */
function fits(pattern: string, value: string): boolean {
  try {
    return new RegExp(`^(?:${pattern})$`, "u").test(value);
  } catch {
    return true;
  }
}
