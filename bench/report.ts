/**
 * The HTML report: size, time to make, and time until a browser shows it and answers a click; for a forest of 100,000 objects
 * with every exposure planted, and for forty findings of 50,000 objects each. Beside it, in the same run, the time the same
 * browser takes for a page of plain text of the same size.
 *
 *   node bench/report.ts
 */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Browser, chromium } from 'playwright-core'
import { assess, catalogue } from '#exposure'
import { type AssessmentDocument, documentOf, htmlReport, maskNames } from '#report'
import { makeSample } from '#sample'
import { worstCase } from '../src/report/testing.ts'
import { saveResult } from './result.ts'

const executablePath = '/usr/bin/chromium'
const now = new Date('2026-01-15T09:00:00Z')
const rounds = 5

interface Shown {
  /** From the start of loading until the page is parsed and its script has run. */
  readonly readyMs: number
  /** From a press of the key that opens a finding until it is drawn. */
  readonly openMs: number
  /** From a letter typed into the filter until the list is drawn. */
  readonly filterMs: number
}

/** Milliseconds from the start of loading to the first frame after all was parsed and run. */
const loaded = `new Promise((resolve) => requestAnimationFrame(() => resolve(Math.max(
  performance.getEntriesByType('navigation')[0].domComplete,
  performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0))))`

const folder = mkdtempSync(join(tmpdir(), 'glacis-bench-'))
const browser = existsSync(executablePath)
  ? await chromium.launch({
      executablePath,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    })
  : undefined
try {
  const { snapshot } = makeSample({ objects: 100_000, now, exposures: 'all' })
  const forest = documentOf(assess(snapshot, catalogue, now))
  const masking = clock(() => maskNames(forest, snapshot, 'secret'))
  console.log(`masking the names of ${snapshot.count} objects: ${masking.ms} ms`)
  const rows = []
  for (const [name, document] of [
    ['100,000 objects', forest],
    ['40 findings of 50,000 objects', worstCase(40, 50_000)],
  ] as const) {
    rows.push(await row(name, document))
  }
  saveResult('report', { maskingMs: masking.ms, rows })
} finally {
  await browser?.close()
  rmSync(folder, { recursive: true })
}

async function row(name: string, document: AssessmentDocument) {
  const { value: page, ms: makeMs } = clock(() => htmlReport(document, { version: 'bench' }))
  const bytes = Buffer.byteLength(page)
  const path = join(folder, 'report.html')
  writeFileSync(path, page)
  const shown = browser === undefined ? undefined : await show(browser, path)
  writeFileSync(
    path,
    `<!doctype html><meta charset="utf-8"><title>text</title><pre>${'words and words '.repeat(bytes / 16)}</pre>`,
  )
  const textMs = browser === undefined ? undefined : await ready(browser, path)
  console.log(
    `${name}: ${(bytes / 1e6).toFixed(2)} MB, made in ${makeMs} ms` +
      (shown === undefined || textMs === undefined
        ? '; no Chromium here'
        : `; ready in ${shown.readyMs} ms (plain text of that size: ${textMs} ms, ratio ${(shown.readyMs / textMs).toFixed(1)}), a finding opens in ${shown.openMs} ms, the filter answers in ${shown.filterMs} ms`),
  )
  return { name, bytes, makeMs, shown, textMs }
}

function clock<T>(work: () => T): { value: T; ms: number } {
  const start = performance.now()
  const value = work()
  return { value, ms: Math.round(performance.now() - start) }
}

/** Medians of several rounds, each with a page of its own. */
async function show(chrome: Browser, path: string): Promise<Shown> {
  const all: Shown[] = []
  for (let round = 0; round < rounds; round++) {
    const page = await chrome.newPage({ viewport: { width: 1366, height: 768 } })
    await page.goto(pathToFileURL(path).href)
    const readyMs = await page.evaluate<number>(loaded)
    const openMs = await page.evaluate<number>(
      drawnAfter(`document.querySelector('details.finding').open = true`),
    )
    const filterMs = await page.evaluate<number>(
      drawnAfter(
        `document.getElementById('filter').value = 'x'; document.getElementById('filter').dispatchEvent(new Event('input'))`,
      ),
    )
    all.push({ readyMs, openMs, filterMs })
    await page.close()
  }
  const median = (of: (shown: Shown) => number) =>
    Math.round(all.map(of).toSorted((a, b) => a - b)[rounds >> 1] ?? 0)
  return {
    readyMs: median(({ readyMs }) => readyMs),
    openMs: median(({ openMs }) => openMs),
    filterMs: median(({ filterMs }) => filterMs),
  }
}

async function ready(chrome: Browser, path: string): Promise<number> {
  const page = await chrome.newPage({ viewport: { width: 1366, height: 768 } })
  await page.goto(pathToFileURL(path).href)
  const ms = await page.evaluate<number>(loaded)
  await page.close()
  return Math.round(ms)
}

function drawnAfter(work: string): string {
  return `new Promise((resolve) => { const start = performance.now(); ${work}; requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - start))) })`
}
