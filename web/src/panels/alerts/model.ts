import type { Measure, MomentRule, MomentType, Threshold, WantedRules } from "../../api/types";

export type Rule = Threshold | MomentRule;

/** A whole set as the page edits it. */
export type Draft = Required<WantedRules>;

export const MOST_RULES = 20;
export const MEASURES: readonly { value: Measure; word: string; unit: string; step: number }[] = [
  { value: "chat_count", word: "Messages", unit: "a minute", step: 1 },
  { value: "unique_chatters", word: "Chatters", unit: "in a minute", step: 1 },
  { value: "viewers", word: "Viewers", unit: "mean of a minute", step: 1 },
  { value: "sentiment", word: "Mood", unit: "−1 to +1", step: 0.05 },
  { value: "revenue_cents", word: "Revenue", unit: "cents a minute", step: 1 },
];
export const TYPES = ["hype", "laughter", "outrage", "raid", "sub-bomb", "copypasta", "poll", "lull", "outage", "viewer-drop"] as const satisfies readonly MomentType[];

/** Return a name no other rule has. */
export function freshId(rules: readonly Rule[], stem: string): string {
  for (let number = 1; ; number += 1) {
    const id = `${stem}-${String(number)}`;
    if (!rules.some((rule) => rule.id === id)) return id;
  }
}

export function newThreshold(rules: readonly Rule[]): Threshold {
  return { kind: "threshold", id: freshId(rules, "threshold"), metric: "chat_count", when: "above", value: 500 };
}

export function newMomentRule(rules: readonly Rule[]): MomentRule {
  return { kind: "moment", id: freshId(rules, "moment"), types: [], min_score: 0.8 };
}

/** What is wrong with the rules before they are sent, in words; null when nothing is. */
export function fault({ rules, webhook, sns }: Draft): string | null {
  for (const rule of rules) {
    if (rule.kind !== "threshold") continue;
    if (!Number.isFinite(rule.value)) return `${rule.id}: the value is not a number.`;
    const wrong = rule.clear != null && (rule.when === "above" ? rule.clear > rule.value : rule.clear < rule.value);
    if (wrong) return `${rule.id}: it would never be ready again; the value it comes back to must lie on the calm side.`;
  }
  if (webhook !== null && !/^https?:\/\/\S+$/.test(webhook.url)) return "The webhook is not an address: https://…";
  if (rules.length > 0 && webhook === null && !sns) return "Nobody would be told: give a webhook, or the deployment's topic.";
  return null;
}
