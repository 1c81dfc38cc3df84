import { randomBytes } from 'node:crypto'
import { open, readFile } from 'node:fs/promises'
import { setImmediate } from 'node:timers/promises'
import type { Snapshot } from '#directory'
import {
  type Assessment,
  type AssessProgress,
  type Exposure,
  type Severity,
  assessInSteps,
  catalogue,
  severities,
} from '#exposure'
import { type AssessmentDocument, documentFrom, documentOf, maskNames } from '#report'
import { UsageError } from './error.ts'
import { type SourceRequest, openSnapshot } from './source.ts'
import { writeWhole } from './whole-file.ts'

/** What to assess, and how. */
export interface AssessRequest extends SourceRequest {
  /** Clock of the rules; when the forest was read, if not given. */
  readonly now?: Date
  /** Ids of the only exposures to look for. */
  readonly only?: readonly string[]
  /** Replace names by codes; the key file to write, or to go on with. */
  readonly maskNames?: string
  readonly onAssessed?: (progress: AssessProgress) => void
}

/** Reads a forest and checks it. @throws CollectError, UsageError */
export async function assessSource(
  request: AssessRequest,
): Promise<{ document: AssessmentDocument; snapshot: Snapshot }> {
  const rules = chosenRules(request.only)
  const snapshot = await openSnapshot(request, rules)
  const document = documentOf(await assessed(snapshot, rules, request))
  if (request.maskNames === undefined) return { document, snapshot }
  const { masked, key } = maskNames(document, snapshot, await secretOf(request.maskNames))
  await writeWhole(request.maskNames, [`${JSON.stringify(key, null, 2)}\n`])
  return { document: masked, snapshot }
}

/** Assesses without keeping the rest of the process, or Ctrl-C, waiting. */
async function assessed(
  snapshot: Snapshot,
  rules: readonly Exposure[],
  { now, signal, onAssessed }: AssessRequest,
): Promise<Assessment> {
  const steps = assessInSteps(snapshot, rules, now ?? snapshot.origin.takenAt)
  let lastPause = performance.now()
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
    if (performance.now() - lastPause < 50) continue
    onAssessed?.(step.value)
    await setImmediate()
    signal?.throwIfAborted()
    lastPause = performance.now()
  }
}

/** The document of a saved assessment (what `--json` printed), or of a source that is assessed now. */
export async function openDocument(request: AssessRequest): Promise<AssessmentDocument> {
  const saved = await savedDocument(request.source)
  if (saved === undefined) return (await assessSource(request)).document
  if (request.maskNames !== undefined)
    throw new UsageError(
      'cannot mask names now',
      `${request.source} is an assessment, and which words are names is known only with its snapshot`,
      'Use glacis report with the snapshot file.',
    )
  return saved
}

async function savedDocument(path: string): Promise<AssessmentDocument | undefined> {
  if (path === 'sample' || /^[a-z]+:\/\//i.test(path)) return undefined
  let text: string
  try {
    if (!(await beginsLikeJson(path))) return undefined
    text = await readFile(path, 'utf8')
  } catch {
    // Whatever is wrong with it, reading it as a source says so better.
    return undefined
  }
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new UsageError(
      `cannot read ${path}`,
      `it begins like JSON but is not: ${(error as Error).message}`,
      'Was it cut off? Make it again with glacis assess --json.',
    )
  }
  const document = documentFrom(value)
  if ('misfit' in document)
    throw new UsageError(
      `cannot read ${path}`,
      `it is JSON, but no whole assessment of format glacis.assessment/1: see ${document.misfit || 'its beginning'}`,
      'Give what glacis assess --json printed.',
    )
  return document
}

async function beginsLikeJson(path: string): Promise<boolean> {
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(64), 0, 64, 0)
    return /^\s*\{/.test(buffer.toString('utf8', 0, bytesRead))
  } finally {
    await file.close()
  }
}

/** The secret of a key file that is there already, so that codes stay the same from report to report; or a new one. */
async function secretOf(path: string): Promise<string> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
      return randomBytes(32).toString('base64')
    throw new UsageError(
      `cannot read ${path}`,
      'it is there, but the system refused',
      'Give another key file.',
    )
  }
  try {
    const { format, secret } = JSON.parse(text) as { format?: string; secret?: string }
    if (format === 'glacis.names/1' && typeof secret === 'string') return secret
  } catch {
    // Said below: whatever it is, it is not ours to overwrite.
  }
  throw new UsageError(
    `will not overwrite ${path}`,
    'it is no key file of ours',
    'Give another file name, or the key file of an earlier report.',
  )
}

function chosenRules(only: readonly string[] | undefined): readonly Exposure[] {
  if (only === undefined) return catalogue
  const unknown = only.filter((id) => !catalogue.some((rule) => rule.id === id))
  if (unknown.length > 0)
    throw new UsageError(
      `there is no exposure "${unknown.join('", "')}"`,
      'ids are permanent, lower-case words',
      'glacis explain lists them all.',
    )
  return catalogue.filter(({ id }) => only.includes(id))
}

/** Whether something at least this severe was found. */
export function reaches({ findings }: AssessmentDocument, severity: Severity): boolean {
  return findings.some(
    (finding) => severities.indexOf(finding.severity) <= severities.indexOf(severity),
  )
}

/** Every exposure in short, by category. */
export function ruleIds(): { id: string; title: string; severity: Severity; category: string }[] {
  return catalogue.map(({ id, title, severity, category }) => ({ id, title, severity, category }))
}

/** One exposure in full, with all it reads; nothing when there is none with this id. */
export function explainRule(id: string) {
  const rule = catalogue.find((each) => each.id === id)
  if (rule === undefined) return undefined
  const { title, severity, category, why, fix, attack, refs, needs, alsoNeeds = [] } = rule
  const reads = [...new Set([...rule.reads, ...(rule.alsoReads ?? [])])]
  return { id, title, severity, category, why, fix, attack, refs, needs, alsoNeeds, reads }
}
