/**
 * How fast messages are read and written, beside ldapts in the same run. Prints rates and ratios and
 * writes them to bench/results/codec.json; judges nothing.
 *
 *   node bench/codec.ts [--quick]
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import * as ldapts from 'ldapts'
import { decode, encode, EntryView, type Message, parseFilter, type SearchResultEntry } from '#ldap'

/** One piece of work, done by us and, where it can, by the peer. */
interface Case {
  readonly name: string
  readonly bytes: number
  readonly ours: () => unknown
  readonly theirs?: () => unknown
}

const text = (value: string) => new Uint8Array(Buffer.from(value))
const binary = (length: number) => Uint8Array.from({ length }, (_, i) => (i * 37 + 11) & 0xff)

/** A user as Active Directory returns it: twenty attributes, some binary, some with several values. */
const entry: Message & SearchResultEntry = {
  id: 4711,
  op: 'searchResultEntry',
  objectName: 'CN=Ann Example,OU=Accounts,OU=Headquarters,DC=corp,DC=example',
  attributes: [
    ['objectClass', text('top'), text('person'), text('organizationalPerson'), text('user')],
    ['cn', text('Ann Example')],
    ['distinguishedName', text('CN=Ann Example,OU=Accounts,OU=Headquarters,DC=corp,DC=example')],
    ['whenCreated', text('20210304101112.0Z')],
    ['whenChanged', text('20251103080910.0Z')],
    ['uSNChanged', text('1830021')],
    [
      'memberOf',
      ...['Staff', 'VPN', 'Print'].map((cn) => text(`CN=${cn},OU=Groups,DC=corp,DC=example`)),
    ],
    ['name', text('Ann Example')],
    ['objectGUID', binary(16)],
    ['userAccountControl', text('512')],
    ['badPwdCount', text('0')],
    ['lastLogonTimestamp', text('133437123456789012')],
    ['pwdLastSet', text('133401123456789012')],
    ['primaryGroupID', text('513')],
    ['objectSid', binary(28)],
    ['adminCount', text('1')],
    ['sAMAccountName', text('ann.example')],
    ['sAMAccountType', text('805306368')],
    ['servicePrincipalName', text('HTTP/web1.corp.example'), text('HTTP/web1')],
    ['objectCategory', text('CN=Person,CN=Schema,CN=Configuration,DC=corp,DC=example')],
  ].map(([type, ...values]) => ({ type: type as string, values: values as Uint8Array[] })),
}
const filterText =
  '(&(objectCategory=person)(objectClass=user)(!(userAccountControl:1.2.840.113556.1.4.803:=2))(|(sAMAccountName=ann*)(servicePrincipalName=*)))'
const attributes = ['sAMAccountName', 'userAccountControl', 'servicePrincipalName', 'memberOf']
const request: Message = {
  id: 7,
  op: 'searchRequest',
  baseObject: 'DC=corp,DC=example',
  scope: 'wholeSubtree',
  derefAliases: 'neverDerefAliases',
  sizeLimit: 0,
  timeLimit: 120,
  typesOnly: false,
  filter: parseFilter(filterText),
  attributes,
}
const done: Message = {
  id: 7,
  op: 'searchResultDone',
  resultCode: 'success',
  matchedDN: '',
  diagnosticMessage: '',
}

// Buffers, as sockets give them.
const entryPdu = Buffer.from(encode(entry))
const requestPdu = Buffer.from(encode(request))
const donePdu = Buffer.from(encode(done))
const theirRequest = new ldapts.SearchRequest({
  messageId: 7,
  baseDN: 'DC=corp,DC=example',
  timeLimit: 120,
  filter: ldapts.FilterParser.parseString(filterText),
  attributes,
})

/** Reads a PDU as ldapts' MessageParser does, without its event. */
function readTheirs(
  pdu: Buffer,
  make: (messageId: number) => ldapts.SearchEntry | ldapts.SearchResponse | ldapts.SearchRequest,
) {
  const reader = new ldapts.BerReader(pdu)
  reader.readSequence()
  const message = make(reader.readInt() ?? 0)
  reader.readSequence()
  message.parse(reader, [])
  return message
}

const readTheirEntry = () =>
  readTheirs(entryPdu, (messageId) => new ldapts.SearchEntry({ messageId })) as ldapts.SearchEntry

const cases: readonly Case[] = [
  {
    name: 'read entry, every value as text',
    bytes: entryPdu.length,
    ours: () => {
      const view = EntryView.over(entryPdu)!
      return [view.objectName, view.attributes.map((attribute) => attribute.texts)]
    },
    theirs: readTheirEntry,
  },
  {
    name: 'read entry, every value as octets',
    bytes: entryPdu.length,
    ours: () => {
      const view = EntryView.over(entryPdu)!
      return [view.objectName, view.attributes.map((attribute) => attribute.values)]
    },
    theirs: readTheirEntry,
  },
  {
    name: 'read entry, one attribute looked at',
    bytes: entryPdu.length,
    ours: () => EntryView.over(entryPdu)!.get('sAMAccountName')!.text,
    theirs: () =>
      readTheirEntry().attributes.find(({ type }) => type === 'sAMAccountName')!.values[0],
  },
  {
    name: 'read entry as plain data',
    bytes: entryPdu.length,
    ours: () => decode(entryPdu),
    theirs: readTheirEntry,
  },
  { name: 'write entry', bytes: entryPdu.length, ours: () => encode(entry) },
  {
    name: 'read search request',
    bytes: requestPdu.length,
    ours: () => decode(requestPdu),
    theirs: () =>
      readTheirs(
        requestPdu,
        (messageId) => new ldapts.SearchRequest({ messageId, filter: theirRequest.filter }),
      ),
  },
  {
    name: 'write search request',
    bytes: requestPdu.length,
    ours: () => encode(request),
    theirs: () => theirRequest.write(),
  },
  {
    name: 'read done',
    bytes: donePdu.length,
    ours: () => decode(donePdu),
    theirs: () => readTheirs(donePdu, (messageId) => new ldapts.SearchResponse({ messageId })),
  },
]

const isQuick = process.argv.includes('--quick')
const roundMs = isQuick ? 20 : 150
const rounds = isQuick ? 3 : 9
let sink: unknown

const results = cases.map(({ name, bytes, ours, theirs }) => {
  const samples = { ours: [] as number[], theirs: [] as number[] }
  // In turn, so that whatever else the machine does falls on both.
  for (let round = -1; round < rounds; round++) {
    const a = perSecond(ours)
    const b = theirs && perSecond(theirs)
    if (round < 0) continue
    samples.ours.push(a)
    if (b !== undefined) samples.theirs.push(b)
  }
  const mine = median(samples.ours)
  const peer = samples.theirs.length > 0 ? median(samples.theirs) : undefined
  return {
    name,
    bytes,
    glacisPerSecond: Math.round(mine),
    ldaptsPerSecond: peer === undefined ? null : Math.round(peer),
    ratio: peer === undefined ? null : Number((mine / peer).toFixed(2)),
  }
})

for (const { name, glacisPerSecond, ldaptsPerSecond, ratio } of results) {
  const beside =
    ratio === null ? '' : ` ldapts ${format(ldaptsPerSecond!)}/s  ratio ${ratio.toFixed(2)}`
  console.log(`${name.padEnd(36)} ${format(glacisPerSecond)}/s${beside}`)
}
const folder = new URL('results/', import.meta.url)
mkdirSync(folder, { recursive: true })
const machine = { node: process.version, cpu: cpus()[0]?.model ?? 'unknown' }
writeFileSync(new URL('codec.json', folder), `${JSON.stringify({ machine, results }, null, 2)}\n`)

function perSecond(work: () => unknown): number {
  const start = performance.now()
  let count = 0
  let elapsed = 0
  do {
    for (let i = 0; i < 100; i++) sink = work()
    count += 100
    elapsed = performance.now() - start
  } while (elapsed < roundMs)
  if (sink === undefined) throw new Error('nothing was done')
  return (count / elapsed) * 1000
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!
}

function format(rate: number): string {
  return rate.toLocaleString('en').padStart(11)
}
