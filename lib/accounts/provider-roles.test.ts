import { expect, test } from 'vitest'
import { readGroupRoles, roleOfGroups } from './provider-roles'

const { roles } = readGroupRoles('admins=admin, team a=b=launcher ,*=viewer')

test('groups are read with the role of each; what is no pair is named', () => {
  expect(roles).toEqual([
    { group: 'admins', role: 'admin' },
    { group: 'team a=b', role: 'launcher' },
    { group: '*', role: 'viewer' },
  ])
  expect(readGroupRoles('').roles).toEqual([])
  for (const wrong of ['admins', 'admins=root', '=admin'])
    expect(readGroupRoles(wrong).problem).toContain(JSON.stringify(wrong))
})

test('the highest role of all groups holds, and whole names alone count', () => {
  expect(roleOfGroups(['team a=b', 'admins'], roles)).toBe('admin')
  expect(roleOfGroups('team a=b', roles)).toBe('launcher')
  expect(roleOfGroups(['Admins', 'admins '], roles)).toBe('viewer')
  expect(roleOfGroups(['x'], roles.slice(0, 2))).toBeNull()
  for (const odd of [null, undefined, 7, { admins: true }, [['admins']]])
    expect(roleOfGroups(odd, roles.slice(0, 2))).toBeNull()
})
