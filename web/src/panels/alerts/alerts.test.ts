import { expect, test } from "vitest";
import { fault, newMomentRule, newThreshold, type Rule } from "./model";

const told = { webhook: { url: "https://example.org/hook" }, sns: false };

test("every new rule has a name of its own", () => {
  const rules: Rule[] = [];
  for (let each = 0; each < 3; each += 1) rules.push(newThreshold(rules), newMomentRule(rules));
  expect(new Set(rules.map((rule) => rule.id)).size).toBe(6);
});

test("a rule that could never be ready again is refused before it is sent", () => {
  const rule = { ...newThreshold([]), value: 500, clear: 600 };
  expect(fault({ ...told, rules: [rule] })).toMatch(/never be ready again/);
  expect(fault({ ...told, rules: [{ ...rule, when: "below" }] })).toBeNull();
  expect(fault({ ...told, rules: [{ ...rule, clear: 400 }] })).toBeNull();
});

test("rules that tell nobody, an odd address and an empty value are named", () => {
  expect(fault({ rules: [newMomentRule([])], webhook: null, sns: false })).toMatch(/Nobody would be told/);
  expect(fault({ rules: [], webhook: { url: "example" }, sns: false })).toMatch(/not an address/);
  expect(fault({ ...told, rules: [{ ...newThreshold([]), value: Number.NaN }] })).toMatch(/not a number/);
});
