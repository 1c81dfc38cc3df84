import { UsageError, explainRule, ruleIds } from '#app'
import { defineCommand } from '../define.ts'

export default defineCommand({
  name: 'explain',
  summary: 'Print one exposure in full: why it matters, what shows it, what to do',
  arguments: {
    id: {
      help: 'id of an exposure, such as krb-asrep-user; none lists them all',
      isOptional: true,
    },
  },
  options: { json: { type: 'flag', help: 'print JSON' } },
  examples: [
    ['glacis explain krb-asrep-user', 'one exposure'],
    ['glacis explain', 'the list of all'],
  ],
  async run({ id, json }, io) {
    if (id === undefined) {
      const rules = ruleIds()
      await io.print(
        json
          ? `${JSON.stringify(rules, null, 2)}\n`
          : rules
              .map(
                ({ id: each, severity, title }) =>
                  `${severity.padEnd(8)} ${each.padEnd(40)} ${title}\n`,
              )
              .join(''),
      )
      return 0
    }
    const rule = explainRule(id)
    if (rule === undefined) {
      const near = ruleIds()
        .filter(
          ({ id: each }) => each.includes(id) || id.includes(each.split('-').slice(1).join('-')),
        )
        .map(({ id: each }) => each)
      throw new UsageError(
        `there is no exposure "${id}"`,
        'ids are lower-case words joined by "-"',
        near.length > 0
          ? `Near it: ${near.slice(0, 5).join(', ')}`
          : 'glacis explain lists them all.',
      )
    }
    await io.print(json ? `${JSON.stringify(rule, null, 2)}\n` : textOf(rule))
    return 0
  },
})

function textOf(rule: NonNullable<ReturnType<typeof explainRule>>): string {
  const { id, title, severity, category, why, fix, needs, alsoNeeds, reads, attack, refs } = rule
  const references = Object.entries(refs).flatMap(([name, ids]) =>
    ids.length === 0 ? [] : [`  ${name}: ${ids.join(', ')}`],
  )
  return [
    title,
    `${id} · ${severity} · ${category}`,
    '',
    'Why it matters',
    ...wrap(why),
    '',
    'What to do',
    ...wrap(fix),
    '',
    `Needs: ${[...needs, ...alsoNeeds.map((source) => `in part ${source}`)].join(', ')}`,
    `Reads: ${reads.join(', ') || 'no attribute by itself'}`,
    `ATT&CK: ${attack.join(', ') || 'none'}`,
    ...references,
    '',
  ].join('\n')
}

/** Lines of at most 78 characters, indented by two. */
function wrap(text: string): string[] {
  const lines: string[] = []
  let line = ' '
  for (const word of text.split(/\s+/)) {
    if (line.length + word.length + 1 > 80) {
      lines.push(line)
      line = ' '
    }
    line += ` ${word}`
  }
  return [...lines, line]
}
