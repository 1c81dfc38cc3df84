import { defineExposure } from '../../define.ts'
import { day } from '../../words.ts'

export default defineExposure({
  id: 'exch-server-obsolete',
  category: 'exchange',
  severity: 'high',
  title: 'Exchange is out of support',
  why: 'Versions out of support get no fixes, and Exchange servers stand in the internet with rights in the domain.',
  fix: 'Move to Exchange Server Subscription Edition, or remove Exchange with what it left in the directory.',
  attack: ['T1190'],
  refs: {},
  needs: ['ldap-config'],
  reads: ['serialNumber', 'versionNumber'],
  looksAt: ['container'],

  *checkForest(forest) {
    const { snapshot } = forest
    for (const on of snapshot.ofClass('msExchExchangeServer')) {
      const serialNumber = snapshot.value(on, 'serialNumber')
      const versionNumber = snapshot.value(on, 'versionNumber')
      const version = parseSerial(serialNumber[0]) ?? parseVersion(versionNumber)
      if (version === undefined) {
        yield { gap: `The version of ${snapshot.name(on)} could not be read.` }
        continue
      }
      const edition = editions.find(
        ({ major, minor }) => major === version.major && minor === version.minor,
      )
      if (edition === undefined || isSubscription(version)) continue
      // Supported for the whole of its last day.
      if ((forest.daysSince(edition.end) ?? 0) < 1) continue
      yield {
        on,
        says: `${snapshot.name(on)} runs Exchange Server ${edition.name}, out of support since ${day(edition.end)}`,
        evidence: { serialNumber, versionNumber: versionNumber ?? null },
      }
    }
  },
})

interface Version {
  readonly major: number
  readonly minor: number
  readonly build: number
}

const editions = [
  { major: 6, minor: 5, name: '2003', end: new Date(Date.UTC(2014, 3, 8)) },
  { major: 8, minor: 0, name: '2007', end: new Date(Date.UTC(2017, 3, 11)) },
  { major: 8, minor: 1, name: '2007', end: new Date(Date.UTC(2017, 3, 11)) },
  { major: 8, minor: 2, name: '2007', end: new Date(Date.UTC(2017, 3, 11)) },
  { major: 8, minor: 3, name: '2007', end: new Date(Date.UTC(2017, 3, 11)) },
  { major: 14, minor: 0, name: '2010', end: new Date(Date.UTC(2020, 9, 13)) },
  { major: 14, minor: 1, name: '2010', end: new Date(Date.UTC(2020, 9, 13)) },
  { major: 14, minor: 2, name: '2010', end: new Date(Date.UTC(2020, 9, 13)) },
  { major: 14, minor: 3, name: '2010', end: new Date(Date.UTC(2020, 9, 13)) },
  { major: 15, minor: 0, name: '2013', end: new Date(Date.UTC(2023, 3, 11)) },
  { major: 15, minor: 1, name: '2016', end: new Date(Date.UTC(2025, 9, 14)) },
  { major: 15, minor: 2, name: '2019', end: new Date(Date.UTC(2025, 9, 14)) },
] as const

/** Subscription Edition counts on from 2019: 15.2 from this build. */
const SUBSCRIPTION_BUILD = 2562

function isSubscription({ major, minor, build }: Version): boolean {
  return major === 15 && minor === 2 && build >= SUBSCRIPTION_BUILD
}

/** `Version 15.1 (Build 32507.6)`: the build has 30000 added. */
function parseSerial(text: string | undefined): Version | undefined {
  const match = /(\d+)\.(\d+)\s*\(Build\s+(\d+)/i.exec(text ?? '')
  if (match === null) return undefined
  const build = Number(match[3])
  return {
    major: Number(match[1]),
    minor: Number(match[2]),
    build: build >= 30_000 ? build - 30_000 : build,
  }
}

/** Layout: 4 bits of flags, u6 major, u6 minor, 1 bit, u15 build. */
function parseVersion(packed: number | undefined): Version | undefined {
  if (packed === undefined) return undefined
  return { major: (packed >>> 22) & 0x3f, minor: (packed >>> 16) & 0x3f, build: packed & 0x7fff }
}
