import type { AttributeName } from '#directory'

/** Attributes that the inventory shows or that names are masked by, beyond `baseAttributes`. Where they did not come, they are left out. */
export const attributesShown = [
  // Inventory.
  'certificateTemplates',
  'lockoutThreshold',
  'maxPwdAge',
  'minPwdLength',
  'ms-DS-MachineAccountQuota',
  'msDS-Behavior-Version',
  'msDS-GroupMSAMembership',
  'msDS-MaximumPasswordAge',
  'msDS-MinimumPasswordLength',
  'msDS-PasswordComplexityEnabled',
  'msDS-PasswordHistoryLength',
  'msDS-PSOAppliesTo',
  'operatingSystem',
  'pwdHistoryLength',
  'pwdProperties',
  'trustDirection',
  'trustPartner',
  'trustType',
  // Names.
  'flatName',
  'msDS-AllowedToDelegateTo',
  'nETBIOSName',
  'servicePrincipalName',
  'userPrincipalName',
] as const satisfies readonly AttributeName[]
