/** Holds the table of rooms: who may import whom. To change an arrow, change the table and write a decision record. */
import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { test } from 'node:test'

const table: Record<string, { readonly imports: readonly string[]; readonly isPure?: true }> = {
  ber: { imports: [], isPure: true },
  ldap: { imports: ['ber'] },
  kerberos: { imports: ['ber'] },
  directory: { imports: [], isPure: true },
  paths: { imports: ['directory'], isPure: true },
  exposure: { imports: ['directory', 'paths'], isPure: true },
  report: { imports: ['directory', 'paths', 'exposure'] },
  events: { imports: ['directory'] },
  detect: { imports: ['directory', 'events'], isPure: true },
  notify: { imports: ['events'] },
  collect: { imports: ['ldap', 'kerberos', 'directory'] },
  sample: { imports: ['ldap', 'directory'] },
  replica: { imports: ['ldap', 'directory'] },
  gateway: { imports: ['ldap', 'kerberos', 'directory', 'events'] },
  decoys: { imports: ['ldap', 'kerberos', 'directory', 'events'] },
  store: { imports: ['directory', 'paths', 'exposure', 'events'] },
  api: { imports: ['store', 'directory', 'paths', 'exposure', 'events', 'report'] },
  app: {
    imports: [
      'ber',
      'ldap',
      'kerberos',
      'directory',
      'paths',
      'exposure',
      'report',
      'events',
      'detect',
      'notify',
      'collect',
      'sample',
      'replica',
      'gateway',
      'decoys',
      'store',
      'api',
    ],
  },
  cli: { imports: ['app'] },
}

/** The client is the one shell in a room of codecs. */
const shells = ['src/ldap/client']

const files = globSync('src/**/*.ts').toSorted()
const isTest = (file: string) => /\.test\.ts$|\/testing\.ts$/.test(file)
const roomOf = (file: string) => relative('src', file).split('/')[0] ?? ''

function importsOf(file: string): string[] {
  const text = readFileSync(file, 'utf8')
  return [
    ...text.matchAll(
      /(?:^|\n)\s*(?:import|export)\b[^'";]*?from\s+'([^']+)'|\bimport\s*\(?\s*'([^']+)'/g,
    ),
  ].map((match) => match[1] ?? match[2] ?? '')
}

test('every folder under src is a room of the table, and every room has a door', () => {
  const rooms = [...new Set(files.map(roomOf))]
  assert.deepEqual(
    rooms.filter((room) => table[room] === undefined),
    [],
  )
  assert.deepEqual(
    rooms.filter((room) => room !== 'cli' && !existsSync(`src/${room}/index.ts`)),
    [],
  )
})

test('the doors that package.json names are the rooms that exist', () => {
  const { imports } = JSON.parse(readFileSync('package.json', 'utf8')) as {
    imports: Record<string, string>
  }
  const expected = [...new Set(files.map(roomOf))]
    .filter((room) => room !== 'cli')
    .map((room) => [`#${room}`, `./src/${room}/index.ts`])
  assert.deepEqual(imports, Object.fromEntries(expected))
})

test('a room imports only the rooms the table allows it', () => {
  const wrong = files
    .filter((file) => !isTest(file))
    .flatMap((file) => {
      const allowed = table[roomOf(file)]?.imports ?? []
      return importsOf(file)
        .filter((name) => name.startsWith('#') && !allowed.includes(name.slice(1)))
        .map((name) => `${file} imports ${name}`)
    })
  assert.deepEqual(wrong, [])
})

test('a relative import stays in its room', () => {
  const wrong = files.flatMap((file) =>
    importsOf(file)
      // package.json is no room: it tells the version.
      .filter(
        (name) =>
          name.startsWith('.') &&
          name.endsWith('.ts') &&
          roomOf(join(dirname(file), name)) !== roomOf(file),
      )
      .map((name) => `${file} imports ${name}`),
  )
  assert.deepEqual(
    wrong.filter((line) => !isTest(line.split(' ')[0] ?? '')),
    [],
  )
})

test('pure rooms touch no socket, file, clock or environment', () => {
  const wrong = files
    .filter(
      (file) =>
        !isTest(file) &&
        (table[roomOf(file)]?.isPure === true ||
          (roomOf(file) === 'ldap' && !shells.some((shell) => file.startsWith(shell)))),
    )
    .flatMap((file) => {
      const text = readFileSync(file, 'utf8')
      const impure =
        /\bDate\.now\(|\bnew Date\(\)|\bprocess\.|\bperformance\.|\bsetTimeout\(|\bfetch\(/.exec(
          text,
        )
      return [
        ...importsOf(file)
          .filter((name) => name.startsWith('node:'))
          .map((name) => `${file} imports ${name}`),
        ...(impure === null ? [] : [`${file} uses ${impure[0]}`]),
      ]
    })
  assert.deepEqual(wrong, [])
})
