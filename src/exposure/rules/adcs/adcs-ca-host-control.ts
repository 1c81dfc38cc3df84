import { outsiderHit } from '../../control.ts'
import { defineExposure } from '../../define.ts'
import { perForest } from '../../per-forest.ts'

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
  over: 'computer',
  reads: ['dNSHostName'],

  check({ id, dNSHostName }, forest) {
    if (dNSHostName === undefined || !authorityHosts(forest).has(dNSHostName.toLowerCase())) return
    const { access } = forest
    return outsiderHit(forest, id, [
      ...access.control,
      access.usesAllExtendedRights,
      access.writes('msDS-AllowedToActOnBehalfOfOtherIdentity'),
      access.writes('msDS-KeyCredentialLink'),
      access.writes('servicePrincipalName'),
      access.reads('ms-Mcs-AdmPwd'),
      access.reads('msLAPS-Password'),
    ])
  },
})

const authorityHosts = perForest(
  ({ snapshot }): ReadonlySet<string> =>
    new Set(
      [...snapshot.ofKind('certificationAuthority')].flatMap(
        (id) => snapshot.value(id, 'dNSHostName')?.toLowerCase() ?? [],
      ),
    ),
)
