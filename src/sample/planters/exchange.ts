import type { ForestBuilder, TestPrincipal } from '#directory'
import type { Planter } from '../plant.ts'
import { admin, ou } from './places.ts'

/** What Exchange left behind. */
export const exchange: Readonly<Record<string, Planter>> = {
  'exch-adminsdholder'(f) {
    f.grant(exchangeGroup(f, 'Exchange Trusted Subsystem'), f.adminSdHolder, 'WP', 'description')
    return { on: [f.adminSdHolder], alsoCauses: { 'acl-adminsdholder': [f.adminSdHolder] } }
  },
  'exch-groups-control-tier0'(f) {
    const account = admin(f, 'adm-mail')
    f.grant(
      exchangeGroup(f, 'Organization Management'),
      account,
      'CR',
      'User-Force-Change-Password',
    )
    return {
      on: [account],
      alsoCauses: {
        'acl-protected-object-differs': [account],
        'acl-tier0-object-control': [account],
      },
    }
  },
  'exch-server-obsolete'(f) {
    const services = f.object(`CN=Microsoft Exchange,${f.services.dn}`, [
      'top',
      'container',
      'msExchConfigurationContainer',
    ])
    const obsolete = f.object(
      `CN=MAIL01,${services.dn}`,
      ['top', 'server', 'msExchExchangeServer'],
      {
        serialNumber: 'Version 15.1 (Build 32507.6)',
        versionNumber: 1_942_061_819,
      },
    )
    return { on: [obsolete] }
  },
  'exch-windows-permissions-writedacl'(f) {
    f.grant(exchangeGroup(f, 'Exchange Windows Permissions'), f.head, 'WD')
    return {
      on: [f.head],
      alsoCauses: { 'acl-domain-head-control': [f.head], 'gpo-link-write-domain': [f.head] },
    }
  },
}

/** A group of Exchange, in the OU that its set-up makes. */
function exchangeGroup(f: ForestBuilder, name: string): TestPrincipal {
  return f.group(name, { in: ou(f, 'Microsoft Exchange Security Groups'), scope: 'universal' })
}
