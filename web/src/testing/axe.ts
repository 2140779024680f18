import axe from "axe-core";

/** Return the ids of accessibility rules the element breaks; colours need a real browser. */
export async function broken(element: Element): Promise<string[]> {
  const results = await axe.run(element, { rules: { "color-contrast": { enabled: false }, region: { enabled: false } } });
  return results.violations.map((violation) => `${violation.id}: ${violation.nodes.map((node) => node.html).join(" ")}`);
}
