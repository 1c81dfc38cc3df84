/** Writes what is made from the rules: the index of the catalogue and its reference page. `--check` only compares. */
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import type { Exposure } from '../src/exposure/define.ts'

const files = globSync('src/exposure/rules/*/*.ts')
  .filter((file) => !file.endsWith('.test.ts'))
  .toSorted()
const rules = await Promise.all(
  files.map(async (file) => ({
    file,
    rule: ((await import(`../${file}`)) as { default: Exposure }).default,
  })),
)

const outputs = new Map([
  ['src/exposure/catalogue.ts', catalogue()],
  ['docs/exposures.md', reference()],
])
const isCheck = process.argv.includes('--check')
const stale = [...outputs].filter(
  ([file, text]) => !existsSync(file) || readFileSync(file, 'utf8') !== text,
)
for (const [file, text] of stale) {
  if (isCheck)
    console.error(`${file} is not what the rules make: run npm run generate and commit it`)
  else writeFileSync(file, text)
}
if (isCheck && stale.length > 0) process.exitCode = 1

/** camelCase of a rule's id, for the import. */
function variable(file: string): string {
  return basename(file, '.ts').replaceAll(/-([a-z0-9])/g, (_, letter: string) =>
    letter.toUpperCase(),
  )
}

function catalogue(): string {
  const imports = rules.map(
    ({ file }) => `import ${variable(file)} from './${file.replace('src/exposure/', '')}'`,
  )
  const list = rules.map(({ file }) => `  ${variable(file)},`)
  return [
    '/** Made by `npm run generate` from the files under rules/. Do not edit. */',
    "import type { Exposure } from './define.ts'",
    ...imports,
    '',
    '/** Every exposure Glacis knows, by category and id. */',
    'export const catalogue: readonly Exposure[] = [',
    ...list,
    '] as readonly unknown[] as readonly Exposure[]',
    '',
  ].join('\n')
}

function reference(): string {
  const lines = [
    '# Exposures',
    '',
    'What `glacis assess` looks for. Made by `npm run generate` from the rules; `glacis explain ID` prints one in full.',
    '',
    `${rules.length} exposures.`,
  ]
  for (const category of new Set(rules.map(({ rule }) => rule.category))) {
    lines.push('', `## ${category}`)
    for (const { rule } of rules.filter((each) => each.rule.category === category)) {
      const refs = Object.entries(rule.refs).flatMap(([name, ids]) =>
        ids.length > 0 ? [`${name} ${ids.join(', ')}`] : [],
      )
      lines.push(
        '',
        `### ${rule.id}`,
        '',
        `**${rule.title}** · ${rule.severity} · needs ${[...rule.needs, ...(rule.alsoNeeds ?? []).map((source) => `in part ${source}`)].join(', ')}`,
        '',
        rule.why,
        '',
        `*What to do:* ${rule.fix}`,
        '',
        `ATT&CK ${rule.attack.join(', ') || 'none'}${refs.length > 0 ? ` · ${refs.join(' · ')}` : ''}`,
      )
    }
  }
  return `${lines.join('\n')}\n`
}
