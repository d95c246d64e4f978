// What the vendored html-validate is made of: reads pages from standard input, a line of JSON text
// each, and answers each with a line of JSON: what is wrong with it, by the rules it was started with.
import { createInterface } from "node:readline";
import { HtmlValidate, StaticConfigLoader } from "html-validate/browser";

const loader = new StaticConfigLoader({
  root: true,
  extends: ["html-validate:recommended"],
  elements: ["html5"],
  rules: JSON.parse(process.argv[2]),
});
const validator = new HtmlValidate(loader);

for await (const line of createInterface({ input: process.stdin })) {
  const report = await validator.validateString(JSON.parse(line));
  const found = report.results.flatMap((result) => result.messages);
  const told = found.map(({ ruleId, message, line, selector }) => ({ ruleId, message, line, selector }));
  process.stdout.write(`${JSON.stringify(told)}\n`);
}
