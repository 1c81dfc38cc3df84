import type { AssessmentDocument, Severity } from '#app'
import { severities } from '#app'
import { oneLine } from './one-line.ts'
import { programName } from './program-name.ts'

/** How the summary is shown. */
export interface SummaryView {
  /** Columns of the terminal; lines are not wrapped when not given. */
  readonly columns?: number
  readonly isColored?: boolean
  /** Where the report was written. */
  readonly report?: string
}

/** Most findings listed; the rest is counted. */
const mostFindings = 25
/** Up to so many findings, three objects of each are shown; with more, one. */
const fewFindings = 8
const longestReason = 300
const indent = ' '.repeat(9)

/** The assessment for a terminal: what was read, what was found worst first, what could not be seen, and what to do next. */
export function summary(document: AssessmentDocument, view: SummaryView = {}): string {
  const lines = [
    ...head(document),
    '',
    ...found(document, view),
    '',
    ...verdicts(document),
    ...unseen(document),
    ...next(document, view),
  ]
  const columns = view.columns === undefined || view.columns < 40 ? Infinity : view.columns
  return `${lines.flatMap((line) => wrapped(line, columns)).join('\n')}\n`
}

/** A line, or one that begins with a mark behind which its further lines stand. */
type Line = string | { readonly mark: string; readonly width: number; readonly text: string }

function head({ forest, takenAt, source }: AssessmentDocument): string[] {
  const when = takenAt.slice(0, 16).replace('T', ' ')
  return [
    `${oneLine(forest.rootDomain) || 'Unknown forest'}, read ${when} UTC from ${oneLine(source)}`,
  ]
}

function found({ findings }: AssessmentDocument, { isColored = false }: SummaryView): Line[] {
  if (findings.length === 0) return ['No exposure was found.']
  const examples = findings.length > fewFindings ? 1 : 3
  const rest = findings.slice(mostFindings)
  return [
    ...findings.slice(0, mostFindings).flatMap(({ severity, id, title, objects }) => [
      {
        mark: severityWord(severity, isColored),
        width: indent.length,
        text: `${title}  [${id}]`,
      },
      ...objects.slice(0, examples).map(({ says }) => item(oneLine(says))),
      ...(objects.length > examples ? [item(`and ${objects.length - examples} more`)] : []),
    ]),
    ...(rest.length === 0 ? [] : [`… and ${rest.length} more: ${bySeverity(rest)}`]),
  ]
}

function item(text: string): Line {
  return { mark: `${indent}- `, width: indent.length + 2, text }
}

function verdicts({ findings, passed, notAssessed }: AssessmentDocument): string[] {
  const some = findings.length === 0 ? '' : ` (${bySeverity(findings)})`
  return [
    `${findings.length} ${findings.length === 1 ? 'exposure' : 'exposures'} found${some}, ${passed.length} passed, ${notAssessed.length} not assessed.`,
  ]
}

function bySeverity(findings: AssessmentDocument['findings']): string {
  return severities
    .map(
      (severity) =>
        [findings.filter((finding) => finding.severity === severity).length, severity] as const,
    )
    .filter(([some]) => some > 0)
    .map((pair) => pair.join(' '))
    .join(', ')
}

/** What was not read and matters, each with its reason; the others together. */
function unseen({ coverage }: AssessmentDocument): string[] {
  const missed = coverage.filter(({ state }) => state !== 'read')
  const matters = missed.filter(({ affects = [] }) => affects.length > 0)
  const others = missed.filter((each) => !matters.includes(each))
  const named = (state: string, words: string) => {
    const sources = others.filter((each) => each.state === state).map(({ source }) => source)
    return sources.length === 0
      ? []
      : [`${words}: ${sources.join(', ')}; nothing that was checked needs what is missing.`]
  }
  return [
    ...matters.map(({ source, state, because = [], affects = [] }) => {
      const why = oneLine(because.join(' '))
      const short = why.length > longestReason ? `${why.slice(0, longestReason)} …` : why
      return `Not ${state === 'absent' ? '' : 'fully '}read: ${source}, for ${affects.length} ${affects.length === 1 ? 'exposure' : 'exposures'}. ${short}`
    }),
    ...named('partial', 'Not fully read'),
    ...named('absent', 'Not looked at'),
  ]
}

function next({ findings: [worst] }: AssessmentDocument, { report }: SummaryView): string[] {
  const everything = report === undefined ? ['--report FILE writes everything, with proof.'] : []
  if (worst === undefined) return everything
  return [[`Begin with: ${programName} explain ${worst.id}`, ...everything].join('. ')]
}

const colors: Readonly<Record<Severity, string>> = {
  critical: '1;31',
  high: '31',
  medium: '33',
  low: '36',
  info: '2',
}

function severityWord(severity: Severity, isColored: boolean): string {
  const word = severity.toUpperCase()
  return (
    (isColored ? `\u001b[${colors[severity]}m${word}\u001b[0m` : word) +
    ' '.repeat(indent.length - word.length)
  )
}

/** A line in as many as the terminal needs. */
function wrapped(line: Line, columns: number): string[] {
  const {
    mark,
    width: hang,
    text,
  } = typeof line === 'string' ? { mark: '', width: 0, text: line } : line
  const lines: string[] = []
  let current = ''
  for (const word of text.split(' ')) {
    if (current !== '' && hang + current.length + 1 + word.length > columns) {
      lines.push(current.trimEnd())
      current = word
    } else current += current === '' ? word : ` ${word}`
  }
  return [...lines, current].map((each, index) => (index === 0 ? mark : ' '.repeat(hang)) + each)
}
