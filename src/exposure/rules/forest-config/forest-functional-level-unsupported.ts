import { type ObjectId, functionalLevel, nameOfFunctionalLevel } from '#directory'
import { type ForestHit, defineExposure } from '../../define.ts'
import type { Forest } from '../../forest.ts'

export default defineExposure({
  id: 'forest-functional-level-unsupported',
  category: 'forest-config',
  severity: 'high',
  title: 'Functional level below 2008 R2',
  why: 'At this level the forest lacks protections of the last fifteen years, such as AES tickets, managed service accounts and the recycle bin.',
  fix: 'Retire old domain controllers, then raise the levels of domains and forest to 2016 or later.',
  attack: ['T1558'],
  refs: {
    spec: ['MS-ADTS 6.1.4.2', 'MS-ADTS 6.1.4.3', 'MS-ADTS 3.1.1.3.2.25'],
    pingcastle: ['S-FunctionalLevel1'],
    anssi: ['vuln1_functional_level'],
    purpleKnight: ['DomainObsoleteFunctionalLevel'],
  },
  needs: ['ldap-domain', 'ldap-config', 'rootdse'],
  reads: ['msDS-Behavior-Version'],
  looksAt: ['domain'],

  *checkForest(forest) {
    const { snapshot } = forest
    for (const { head, name } of snapshot.domains) {
      const hit = judge(forest, head, levelOf(forest, head), `The domain ${name}`)
      if (hit !== undefined) yield hit
    }
    const configuration = snapshot.configurationDn
    const partitions =
      configuration === undefined ? undefined : snapshot.byDn(`CN=Partitions,${configuration}`)
    if (partitions === undefined) {
      yield { gap: 'CN=Partitions, which holds the level of the forest, could not be read.' }
      return
    }
    const level = lowest(
      forest.value(partitions, 'msDS-Behavior-Version'),
      rootDseLevel(forest, 'forestfunctionality'),
    )
    const hit = judge(forest, partitions, level, 'The forest')
    if (hit !== undefined) yield hit
  },
})

/** Absent means 0, Windows 2000; rootDSE speaks for the domain of the server that was asked. */
function levelOf(forest: Forest, head: ObjectId): number {
  const { snapshot } = forest
  const isAsked =
    snapshot.rootDse.get('defaultnamingcontext')?.[0]?.toLowerCase() ===
    snapshot.dn(head).toLowerCase()
  return lowest(
    forest.value(head, 'msDS-Behavior-Version'),
    isAsked ? rootDseLevel(forest, 'domainfunctionality') : undefined,
  )
}

function lowest(...levels: readonly (number | undefined)[]): number {
  const known = levels.filter((level) => level !== undefined)
  return known.length === 0 ? 0 : Math.min(...known)
}

function rootDseLevel({ snapshot }: Forest, name: string): number | undefined {
  const text = snapshot.rootDse.get(name)?.[0]
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined
}

function judge(forest: Forest, on: ObjectId, level: number, what: string): ForestHit | undefined {
  if (level >= functionalLevel.windows2008R2) return undefined
  return {
    on,
    says: `${what} is at the functional level of ${nameOfFunctionalLevel(level)}`,
    evidence: { 'msDS-Behavior-Version': forest.value(on, 'msDS-Behavior-Version') ?? null, level },
  }
}
