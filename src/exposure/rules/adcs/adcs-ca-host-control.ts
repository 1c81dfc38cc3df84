import type { ObjectId, SecurityDescriptor } from '#directory'
import { outsiderHit } from '../../control.ts'
import { type Hit, defineExposure } from '../../define.ts'
import { actorsOn, hostOf } from '../../delegation-targets.ts'
import type { Forest } from '../../forest.ts'
import { perForest } from '../../per-forest.ts'
import { serverTakeoverOf } from '../../takeover.ts'
import { enumerate } from '../../words.ts'

export default defineExposure({
  id: 'adcs-ca-host-control',
  category: 'adcs',
  severity: 'critical',
  title: 'Authority’s server controllable from a lower tier',
  why: 'Whoever controls the server has the authority’s key and signs certificates for any account.',
  fix: 'Manage servers of authorities like domain controllers: same administrators, same protected unit, no agents of a lower tier.',
  attack: ['T1649'],
  refs: {
    spec: ['MS-WCCE 2.2.2.11.2'],
    anssi: ['vuln1_adcs_control'],
    bloodhound: ['HostsCAService', 'GoldenCert'],
    esc: ['ESC5'],
  },
  needs: ['ldap-domain', 'ldap-config', 'nTSecurityDescriptor'],
  reads: ['dNSHostName', 'msDS-AllowedToActOnBehalfOfOtherIdentity', 'msDS-AllowedToDelegateTo'],
  looksAt: ['user', 'computer', 'managedAccount', 'certificationAuthority'],

  *checkForest(forest) {
    const { snapshot } = forest
    const hosts = new Map<string, string>()
    for (const authority of snapshot.ofKind('certificationAuthority')) {
      const host = snapshot.value(authority, 'dNSHostName')?.toLowerCase()
      if (host === undefined)
        yield { gap: `Where ${snapshot.name(authority)} runs could not be read.` }
      else hosts.set(host, snapshot.name(authority))
    }
    if (hosts.size === 0) return
    const computers = [...snapshot.ofKind('computer')].flatMap((id) => {
      const host = snapshot.value(id, 'dNSHostName')?.toLowerCase()
      return host !== undefined && hosts.has(host) ? [{ id, host }] : []
    })
    for (const [host, authority] of hosts) {
      if (computers.some((computer) => computer.host === host)) continue
      yield { gap: `${authority} runs on ${host}, of which no computer account was read.` }
    }
    for (const { id, host } of computers) {
      const hit = hostHit(forest, id, host)
      if (hit !== undefined) yield { on: id, ...hit }
    }
  },
})

/** Who outside Tier Zero controls a server of an authority, or may act for others on it. */
function hostHit(forest: Forest, id: ObjectId, host: string): Hit | undefined {
  const held = outsiderHit(forest, id, serverTakeoverOf(forest, id))
  const actors = forest.value(id, 'msDS-AllowedToActOnBehalfOfOtherIdentity')
  const delegates = delegatesTo(forest, id, host, actors)
  if (delegates.length === 0) return held
  const says = `${enumerate(delegates)} may act for others on it`
  return {
    says: held === undefined ? `${forest.snapshot.name(id)}: ${says}` : `${held.says}; ${says}`,
    evidence: { ...held?.evidence, mayActForOthers: delegates },
  }
}

/** Names of accounts outside Tier Zero that may act for others on the server: it lets them, or they were trusted with its services. */
function delegatesTo(
  forest: Forest,
  id: ObjectId,
  host: string,
  descriptor: SecurityDescriptor | undefined,
): readonly string[] {
  const { snapshot, tierZero } = forest
  const domain = snapshot.domainOf(id)
  const actors = actorsOn(forest, id, descriptor).filter(({ sid }) => !tierZero.has(sid, domain))
  const trusted = [host, host.split('.')[0] ?? host].flatMap(
    (name) => delegatesByHost(forest).get(name) ?? [],
  )
  const others = trusted.filter((account) => account !== id && !tierZero.hasObject(account))
  return [
    ...new Set([...actors.map(({ name }) => name), ...others.map((each) => snapshot.name(each))]),
  ]
}

/** Accounts with constrained delegation, by the lower-case hosts that it leads to. */
const delegatesByHost = perForest(({ snapshot }): ReadonlyMap<string, readonly ObjectId[]> => {
  const found = new Map<string, ObjectId[]>()
  for (const id of snapshot.having('msDS-AllowedToDelegateTo')) {
    for (const host of new Set(snapshot.value(id, 'msDS-AllowedToDelegateTo').map(hostOf))) {
      const known = found.get(host)
      if (known === undefined) found.set(host, [id])
      else known.push(id)
    }
  }
  return found
})
