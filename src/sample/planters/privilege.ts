import { uac } from '#directory'
import type { Planter } from '../plant.ts'
import { admin, clerk, ou, server, serviceAccount } from './places.ts'

/** Who is where they should not be. */
export const privilege: Readonly<Record<string, Planter>> = {
  'priv-broad-principal-in-admin-group'(f) {
    f.addTo(
      f.printOperators,
      f.group('All Staff', { scope: 'domainLocal', members: [f.domainUsers] }),
    )
    return {
      on: [f.printOperators],
      alsoCauses: { 'priv-operators-not-empty': [f.printOperators] },
    }
  },
  'priv-builtin-admin'(f) {
    f.set(f.administrator, { pwdLastSet: f.daysAgo(900) })
    return { on: [f.administrator] }
  },
  'priv-computer-in-admin-group'(f) {
    const computer = server(f, 'BACKUP01')
    f.addTo(f.domainAdmins, computer)
    return { on: [computer] }
  },
  'priv-delegation-allowed'(f) {
    return { on: [admin(f, 'adm-open', { userAccountControl: uac.normalAccount })] }
  },
  'priv-dnsadmins-members'(f) {
    f.addTo(f.dnsAdmins, clerk(f, 'net.ops'))
    return { on: [f.dnsAdmins] }
  },
  'priv-ephemeral-membership'(f) {
    f.memberChanged(f.domainAdmins, clerk(f, 'weekend.guest'), f.daysAgo(12.5), f.daysAgo(12))
    return { on: [f.domainAdmins] }
  },
  'priv-foreign-principal-in-admin-group'(f) {
    f.addTo(f.administrators, 'S-1-5-21-1004336348-1177238915-682003330-1142')
    return { on: [f.administrators] }
  },
  'priv-key-admins-members'(f) {
    f.addTo(
      f.keyAdmins,
      serviceAccount(f, 'svc-hello', { userAccountControl: uac.normalAccount | uac.notDelegated }),
    )
    return { on: [f.keyAdmins] }
  },
  'priv-krbtgt-extra-groups'(f) {
    f.addTo(f.group('Legacy Sync Accounts'), f.krbtgt)
    return { on: [f.krbtgt] }
  },
  'priv-non-dc-in-domain-controllers'(f) {
    const computer = server(f, 'NAS01', { primaryGroupID: 516 })
    return { on: [computer], alsoCauses: { 'dc-inconsistent-registration': [computer] } }
  },
  'priv-operators-not-empty'(f) {
    f.addTo(
      f.serverOperators,
      clerk(f, 'op.night', { userAccountControl: uac.normalAccount | uac.notDelegated }),
    )
    return { on: [f.serverOperators] }
  },
  'priv-password-older-than-3-years'(f) {
    return { on: [admin(f, 'adm-veteran', { pwdLastSet: f.daysAgo(1400) })] }
  },
  'priv-remote-access-groups-on-dc'(f) {
    const group = f.alias(555)
    f.addTo(group, clerk(f, 'vendor.remote'))
    return { on: [group] }
  },
  'priv-service-account-domain-admin'(f) {
    const account = admin(f, 'svc-vault', {
      in: ou(f, 'Service Accounts'),
      userAccountControl: uac.normalAccount | uac.notDelegated | uac.passwordNeverExpires,
      servicePrincipalName: 'vault/vault01.meridian.example',
      pwdLastSet: f.daysAgo(400),
    })
    return {
      on: [account],
      alsoCauses: { 'krb-kerberoast-admin': [account], 'svc-user-spn': [account] },
    }
  },
  'priv-shadow-principals'(f) {
    const principal = f.object(
      `CN=bastion-domain-admins,CN=Shadow Principal Configuration,${f.services.dn}`,
      ['top', 'msDS-ShadowPrincipal'],
      {
        'msDS-ShadowPrincipalSid': f.domainAdmins,
        member: clerk(f, 'bastion.user'),
      },
    )
    return { on: [principal] }
  },
  'priv-too-many-admins'(f) {
    for (let index = 1; index <= 60; index++) admin(f, `adm-crowd${index}`)
    return { on: [f.head] }
  },
  'priv-weak-password-policy'(f) {
    const account = admin(f, 'adm-weak')
    const settings = f.passwordSettings('Weak', {
      appliesTo: [account],
      'msDS-PasswordSettingsPrecedence': 1,
      'msDS-MinimumPasswordLength': 6,
    })
    return { on: [account], alsoCauses: { 'pwd-min-length': [settings] } }
  },
}
