/** The HTML report as a browser shows it: hostile names, no scripts, keyboard, contrast, small screens, paper, size. */
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { type Browser, type BrowserContextOptions, chromium } from 'playwright-core'
import { assess, catalogue } from '#exposure'
import { type AssessmentDocument, documentOf, htmlReport } from '#report'
import { makeSample } from '#sample'
import { hostileDocument, hostileNames, worstCase } from '../src/report/testing.ts'

/** Text of a PDF (poppler-utils). */
const reader = 'pdftotext'
const executablePath = '/usr/bin/chromium'
const skip = existsSync(executablePath) ? false : 'needs the Debian package chromium'
const folder = mkdtempSync(join(tmpdir(), 'glacis-report-'))
const about = { version: '1.2.3' }
const hostile = hostileDocument()
const now = new Date('2026-01-15T09:00:00Z')
const forest = makeSample({ objects: 3000, now, exposures: 'all' })
const sample = documentOf(assess(forest.snapshot, catalogue, now))

function write(name: string, document: AssessmentDocument): string {
  const path = join(folder, name)
  writeFileSync(path, htmlReport(document, about))
  return path
}

suite('the report in Chromium', { skip }, () => {
  let browser: Browser
  const pages = { hostile: '', sample: '', empty: '', unread: '' }
  before(async () => {
    browser = await chromium.launch({
      executablePath,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    })
    pages.hostile = write('hostile.html', hostile)
    pages.sample = write('sample.html', sample)
    pages.empty = write('empty.html', { ...sample, findings: [], notAssessed: [] })
    pages.unread = write('unread.html', { ...sample, findings: [], passed: [], coverage: [] })
  })
  after(async () => {
    await browser?.close()
    rmSync(folder, { recursive: true })
  })

  /** Opens a report and counts all that must not happen. */
  async function open(path: string, options: BrowserContextOptions & { hash?: string } = {}) {
    const { hash = '', ...context } = options
    const page = await browser.newPage({ viewport: { width: 1366, height: 768 }, ...context })
    const bad: string[] = []
    page.on('dialog', (dialog) => {
      bad.push(`dialog ${dialog.message()}`)
      void dialog.dismiss()
    })
    page.on('console', (message) => bad.push(`console ${message.type()}: ${message.text()}`))
    page.on('pageerror', (error) => bad.push(`error ${error.message}`))
    page.on('request', (request) => {
      if (request.url().split('#')[0] !== pathToFileURL(path).href)
        bad.push(`request ${request.url()}`)
    })
    await page.goto(pathToFileURL(path).href + hash)
    return { page, bad }
  }

  test('nothing that stands in the directory runs, asks, loads or breaks the policy', async () => {
    assert.ok(hostileNames.length >= 500, `${hostileNames.length} names`)
    const { page, bad } = await open(pages.hostile)
    await page.evaluate(openAll)
    await page.mouse.move(300, 300)
    await page.keyboard.press('Tab')
    await page.waitForTimeout(200)
    assert.deepEqual(bad, [])
    // Exactly our own elements, and no attribute that could run.
    const strange = await page.evaluate<string[]>(strangers)
    assert.deepEqual(strange, [])
    assert.equal(await page.locator('script').count(), 1)
    await page.close()
  })

  test('every hostile name is there as text, in every place a directory can put one', async () => {
    const { page } = await open(pages.hostile)
    const shown = await page.evaluate<string>('document.body.textContent')
    const plain = (text: string) => text.replaceAll(/\s+/g, ' ')
    const visible = plain(shown)
    const missing = hostileNames.filter((name) => {
      const expected = plain(asShown(name)).trim()
      return visible.split(expected).length - 1 < 3
    })
    assert.deepEqual(missing, [])
    await page.close()
  })

  test('without JavaScript it is complete, and a link opens its finding', async () => {
    const { page, bad } = await open(pages.sample, { javaScriptEnabled: false })
    const text = (await page.locator('body').textContent()) ?? ''
    for (const { title, objects } of sample.findings) {
      assert.ok(text.includes(title), title)
      for (const { says } of objects.slice(0, 200)) assert.ok(text.includes(says), says)
    }
    for (const id of sample.passed) assert.ok(text.includes(id), id)
    assert.equal(await page.locator('#controls').isVisible(), false)
    assert.equal(await page.locator('#theme').isVisible(), false)
    const id = sample.findings.at(-1)?.id ?? ''
    assert.equal(await page.locator(`[id="${id}"]`).isVisible(), false)
    await page.locator(`a[href="#${id}"]`).last().click()
    assert.equal(await page.locator(`[id="${id}"]`).isVisible(), true)
    assert.deepEqual(bad, [])
    await page.close()
  })

  test('sort, find, open all, theme and deep links work', async () => {
    const id = sample.findings.at(-1)?.id ?? ''
    const { page, bad } = await open(pages.sample, { hash: `#${id}` })
    assert.equal(await page.locator(`[id="${id}"]`).isVisible(), true)
    const box = await page.locator(`details:has([id="${id}"])`).boundingBox()
    assert.ok(box !== null && box.y >= 0 && box.y < 700, `the finding is at ${box?.y}`)

    const column = async (at: number) =>
      page.locator(`.sortable tbody td:nth-child(${at + 1})`).allTextContents()
    const head = page.locator('.sortable th').nth(3)
    await head.locator('button').click()
    const objects = (await column(3)).map((text) => Number(text.replaceAll(',', '')))
    assert.deepEqual(
      objects,
      objects.toSorted((a, b) => a - b),
    )
    assert.equal(await head.getAttribute('aria-sort'), 'ascending')
    await head.locator('button').click()
    assert.deepEqual(
      (await column(3)).map((text) => Number(text.replaceAll(',', ''))),
      objects.toSorted((a, b) => b - a),
    )
    await page.locator('.sortable th').nth(4).locator('button').click()
    const ids = await column(4)
    assert.deepEqual(ids, ids.toSorted())

    await page.locator('#filter').fill('krb-asrep')
    assert.equal(await page.locator('details.finding:visible').count(), 2)
    assert.equal(await page.locator('#shown').textContent(), `2 of ${sample.findings.length}`)
    await page.locator('#filter').fill('nothing is called so')
    assert.equal(await page.locator('details.finding:visible').count(), 0)
    // A link to a finding that is filtered away shows it.
    await page.locator(`.sortable a[href="#${id}"]`).click()
    assert.equal(await page.locator(`[id="${id}"]`).isVisible(), true)
    await page.locator('#filter').fill('')
    await page.locator('#open-all').click()
    assert.equal(await page.locator('details.finding[open]').count(), sample.findings.length)
    await page.waitForFunction("document.getElementById('open-all').textContent === 'Close all'")
    await page.locator('#open-all').click()
    assert.equal(await page.locator('details.finding[open]').count(), 0)

    const background = async () =>
      page.evaluate<string>('getComputedStyle(document.body).backgroundColor')
    const light = await background()
    await page.locator('#theme').click()
    assert.notEqual(await background(), light)
    await page.locator('#theme').click()
    assert.equal(await background(), light)
    assert.deepEqual(bad, [])
    await page.close()
  })

  test('a link to nothing, or to nonsense, is no error', async () => {
    for (const hash of ['#nowhere', '#%E0%A4%A', '#%3Cscript%3E']) {
      const { page, bad } = await open(pages.sample, { hash })
      assert.deepEqual(bad, [])
      await page.close()
    }
  })

  test('everything can be done by keyboard, and focus is seen', async () => {
    const { page } = await open(pages.sample)
    await page.keyboard.press('Tab')
    assert.equal(await page.evaluate('document.activeElement.textContent'), 'Skip to the summary')
    const box = await page.locator('.skip').boundingBox()
    assert.ok(box !== null && box.x >= 0, 'the skip link comes into view')
    const reached = new Set<string>()
    for (let presses = 0; presses < 200; presses++) {
      await page.keyboard.press('Tab')
      const { name, outline } = await page.evaluate<{ name: string; outline: string }>(focused)
      if (name !== 'BODY' && name !== 'HTML')
        assert.notEqual(outline, 'none', `focus is not seen on ${name}`)
      reached.add(name)
    }
    for (const name of ['theme', 'filter', 'open-all', 'A', 'BUTTON', 'SUMMARY'])
      assert.ok(reached.has(name), `${name} is not reached`)
    await page.locator('summary').first().focus()
    await page.keyboard.press('Enter')
    assert.equal(await page.locator('details.finding').first().getAttribute('open'), '')
    await page.locator('.sortable th button').first().focus()
    await page.keyboard.press('Space')
    assert.equal(await page.locator('.sortable th').first().getAttribute('aria-sort'), 'ascending')
    await page.close()
  })

  for (const colorScheme of ['light', 'dark'] as const) {
    test(`all text has a contrast of at least 4.5 in ${colorScheme} colours`, async () => {
      const { page } = await open(pages.sample, { colorScheme })
      // A finding of each severity, with a gap, so that every badge and box is there.
      const mixed = write(`mixed-${colorScheme}.html`, mixedSeverities())
      await page.goto(pathToFileURL(mixed).href)
      await page.evaluate(openAll)
      const { texts, faint } = await page.evaluate<{ texts: number; faint: string[] }>(contrasts)
      assert.ok(texts > 100, `${texts} texts were looked at`)
      assert.deepEqual(faint, [])
      await page.close()
    })
  }

  for (const name of ['hostile', 'sample', 'empty', 'unread'] as const) {
    test(`${name}: one h1, headings in order, tables with heads, ids once, names for controls`, async () => {
      const { page } = await open(pages[name])
      const faults = await page.evaluate(outline)
      assert.deepEqual(faults, {
        h1: 1,
        jumps: 0,
        heads: 0,
        headless: 0,
        twice: [],
        nameless: 0,
        deadLinks: 0,
        landmarks: 3,
        language: 'en',
      })
      await page.close()
    })

    test(`${name}: nothing is wider than the screen at 1366, at 200 % and at 360 pixels`, async () => {
      for (const width of [1366, 683, 360]) {
        const { page } = await open(pages[name], { viewport: { width, height: 768 } })
        await page.evaluate(openAll)
        const [scroll, inner] = await page.evaluate<number[]>(
          '[document.documentElement.scrollWidth, document.documentElement.clientWidth]',
        )
        assert.ok((scroll ?? 0) <= (inner ?? 0), `${scroll} wide on ${width}`)
        await page.close()
      }
    })
  }

  test('empty states are said in words', async () => {
    const text = async (path: string) => {
      const { page } = await open(path)
      const words = (await page.locator('body').innerText()).replaceAll(/\s+/g, ' ')
      await page.close()
      return words
    }
    const empty = await text(pages.empty)
    assert.match(empty, /No exposure was found in meridian\.example\./)
    assert.match(empty, /Nothing to mend/)
    assert.match(empty, /None: every exposure that was looked for has a verdict/)
    const unread = await text(pages.unread)
    assert.match(unread, /nothing is known about what was read/)
    assert.match(unread, /None: nothing could be ruled out/)
  })

  const hasPdfToText = spawnSync(reader, ['-v']).error === undefined
  test(
    'printed, it has the text of every finding though all are closed on screen',
    { skip: hasPdfToText ? false : 'needs the Debian package poppler-utils' },
    async () => {
      for (const colorScheme of ['light', 'dark'] as const) {
        const { page } = await open(pages.sample, { colorScheme })
        await page.locator('#filter').fill('krb-asrep')
        const path = join(folder, `${colorScheme}.pdf`)
        await page.pdf({ path, format: 'A4', tagged: true, outline: true })
        const squeeze = (text: string) => text.normalize('NFKC').replaceAll(/[\s\u00ad\f-]+/g, '')
        const pdf = squeeze(
          execFileSync(reader, ['-raw', path, '-'], { encoding: 'utf8' }).replaceAll(
            /\n?Glacis assessment\n?\d+ \/ \d+\n?/g,
            '',
          ),
        )
        const missing = sample.findings.filter(
          ({ title, fix, objects }) =>
            !pdf.includes(squeeze(title)) ||
            !pdf.includes(squeeze(fix)) ||
            !pdf.includes(squeeze(objects[0]?.dn ?? '')),
        )
        assert.deepEqual(
          missing.map(({ id }) => id),
          [],
        )
        await page.close()
      }
    },
  )

  test('stays below 5 MB for 100,000 objects, and for forty findings of 50,000 objects each', async () => {
    const large = makeSample({ objects: 100_000, now, exposures: 'all' }).snapshot
    for (const [name, document] of [
      ['100,000 objects', documentOf(assess(large, catalogue, now))],
      ['worst case', worstCase(40, 50_000)],
    ] as const) {
      const size = Buffer.byteLength(htmlReport(document, about))
      assert.ok(size <= 5_000_000, `${name}: ${size}`)
    }
  })
})

/** What a name looks like on the page: see plainText. */
function asShown(name: string): string {
  return name
    .toWellFormed()
    .replaceAll(/[\t\n\v\f\r\u2028\u2029]+/g, ' ')
    .replaceAll(/[\p{Cc}\p{Cf}]/gu, '\ufffd')
    .replaceAll(/(\p{M}{4})\p{M}+/gu, '$1')
}

function mixedSeverities(): AssessmentDocument {
  const severities = ['critical', 'high', 'medium', 'low', 'info'] as const
  return {
    ...sample,
    coverage: [
      {
        source: 'ldap-domain',
        state: 'partial',
        because: ['OU=Secret could not be listed.'],
        affects: ['a', 'b'],
      },
    ],
    findings: sample.findings.slice(0, 10).map((finding, index) => {
      const severity = severities[index % 5] ?? 'info'
      const objects = finding.objects.map((object, at) => ({
        ...object,
        severity: severities[(index + at) % 5] ?? 'info',
      }))
      return { ...finding, severity, objects, gaps: ['Something was not seen.'] }
    }),
    notAssessed: severities.map((severity) => ({ id: `not-${severity}`, because: 'Not read.' })),
    rules: {
      ...sample.rules,
      ...Object.fromEntries(
        severities.map((severity) => [
          `not-${severity}`,
          { title: severity, severity, category: 'acl' as const },
        ]),
      ),
    },
  }
}

// What runs in the page is text: browser types would be there for the whole project.

const openAll = `document.querySelectorAll('details').forEach((details) => { details.open = true })`

/** Elements and attributes that the report has no use for. */
const strangers = `
  [...document.querySelectorAll('*')].flatMap((element) => [
    ...(/^(IMG|SVG|IFRAME|OBJECT|EMBED|FORM|BASE|LINK|VIDEO|AUDIO|MATH)$/i.test(element.tagName) ? [element.tagName] : []),
    ...element.getAttributeNames().filter((name) => name.startsWith('on') || name === 'style' || name === 'src'),
    ...(element.tagName === 'A' && !element.getAttribute('href').startsWith('#') ? [element.outerHTML] : []),
  ])`

/** What has the focus, and whether it is seen. */
const focused = `({
  name: document.activeElement.id || document.activeElement.tagName,
  outline: getComputedStyle(document.activeElement).outlineStyle,
})`

/** Structure of the page, as assistive software meets it. */
const outline = `(() => {
  const all = (selector) => [...document.querySelectorAll(selector)]
  const levels = all('h1, h2, h3, h4').map(({ tagName }) => Number(tagName[1]))
  const ids = all('[id]').map(({ id }) => id)
  return {
    h1: levels.filter((level) => level === 1).length,
    jumps: levels.filter((level, index) => level > (levels[index - 1] ?? 0) + 1).length,
    heads: all('th:not([scope])').length,
    headless: all('table').filter((table) => table.querySelector('thead th') === null).length,
    twice: ids.filter((id, index) => ids.indexOf(id) !== index),
    nameless: all('button').filter(({ textContent }) => textContent === '').length,
    deadLinks: all('a').filter((a) => document.getElementById(a.getAttribute('href').slice(1)) === null).length,
    landmarks: all('main').length + all('nav[aria-label]').length + all('body > header').length,
    language: document.documentElement.lang,
  }
})()`

/** Contrast of each piece of visible text with what is really behind it (WCAG 2.2, 1.4.3). */
const contrasts = `(() => {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true })
  const rgba = (color) => {
    canvas.clearRect(0, 0, 1, 1)
    canvas.fillStyle = color
    canvas.fillRect(0, 0, 1, 1)
    return [...canvas.getImageData(0, 0, 1, 1).data]
  }
  const luminance = (color) => {
    const [r, g, b] = color.map((value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4))
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
  }
  const behind = (element) => {
    for (let at = element; at !== null; at = at.parentElement) {
      const color = rgba(getComputedStyle(at).backgroundColor)
      if (color[3] > 250) return color
    }
    return [255, 255, 255, 255]
  }
  const faint = new Set()
  let texts = 0
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  while (walker.nextNode()) {
    const { parentElement: element, nodeValue: text } = walker.currentNode
    if (text.trim() === '' || /^(SCRIPT|STYLE)$/.test(element.tagName) || !element.checkVisibility({ visibilityProperty: true })) continue
    texts++
    const [a, b] = [luminance(rgba(getComputedStyle(element).color)), luminance(behind(element))]
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)
    if (ratio < 4.5) faint.add(ratio.toFixed(2) + ': ' + (element.className || element.tagName) + ' "' + text.slice(0, 30) + '"')
  }
  return { texts, faint: [...faint] }
})()`
