import { satisfies } from "semver";
import { expect, test } from "vitest";
import lockText from "../../package-lock.json?raw";
import manifestText from "../../package.json?raw";

interface Locked {
  version?: string;
  resolved?: string;
  dev?: boolean;
  engines?: { node?: string };
}

const OLDEST = "20.19.0";
const lock = JSON.parse(lockText) as { packages: Record<string, Locked> };
const manifest = JSON.parse(manifestText) as { engines: { node: string }; dependencies: Record<string, string> };
const packages = Object.entries(lock.packages);

test("every locked package accepts the oldest Node that is promised", () => {
  expect(satisfies(OLDEST, manifest.engines.node)).toBe(true);
  const refused = packages.filter(([, locked]) => locked.engines?.node !== undefined && !satisfies(OLDEST, locked.engines.node));
  expect(refused.map(([name]) => name)).toEqual([]);
});

test("the lock names no host", () => {
  expect(packages.filter(([, locked]) => locked.resolved !== undefined)).toEqual([]);
  expect(lockText).not.toMatch(/https?:\/\/[^"]*registry/);
});

test("what the build needs is not a development dependency", () => {
  for (const name of Object.keys(manifest.dependencies)) expect(lock.packages[`node_modules/${name}`]?.dev).toBeUndefined();
  for (const name of ["vite", "typescript", "react", "@vitejs/plugin-react"]) expect(manifest.dependencies).toHaveProperty([name]);
});
