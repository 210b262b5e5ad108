'use client'

import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query'
import type {
  AcceptInput,
  InviteInput,
  NewKeyInput,
  PasswordChange,
  PasswordReset,
  SignInInput,
} from '@/lib/api/people'
import type { Role } from '@/lib/core/base/role'
import { call, send } from '../http/api'
import { laterApi } from '../http/later'
import { useChange } from './use-change'

const noteApi = laterApi(async () => (await import('@/lib/api/endpoints/note-endpoints')).noteApi)
const accountApi = laterApi(async () => (await import('@/lib/api/endpoints/people-endpoints')).accountApi)
const auditApi = laterApi(async () => (await import('@/lib/api/endpoints/people-endpoints')).auditApi)
const keyApi = laterApi(async () => (await import('@/lib/api/endpoints/people-endpoints')).keyApi)
const memberApi = laterApi(async () => (await import('@/lib/api/endpoints/people-endpoints')).memberApi)
const shareApi = laterApi(async () => (await import('@/lib/api/endpoints/people-endpoints')).shareApi)

export function useSignIn() {
  return useMutation({ mutationFn: (body: SignInInput) => send(accountApi.signIn, { body }) })
}

/** Asks for the address at the provider where a sign-in begins. */
export function useBeginOidc() {
  return useMutation({ mutationFn: (back: string) => call(accountApi.beginOidc, { body: { back } }) })
}

export function useAcceptInvitation() {
  return useMutation({ mutationFn: (body: AcceptInput) => send(accountApi.acceptInvitation, { body }) })
}

export function useResetPassword() {
  return useMutation({ mutationFn: (body: PasswordReset) => send(accountApi.resetPassword, { body }) })
}

export function useAccount() {
  return useQuery({
    queryKey: ['account'],
    queryFn: ({ signal }) => call(accountApi.getAccount, { signal }),
    retry: false,
  })
}

export function useSignOut() {
  return useMutation({
    mutationFn: (where: 'here' | 'everywhere') =>
      where === 'here' ? send(accountApi.signOut, {}) : send(accountApi.endSessions, {}),
  })
}

export function useChangePassword() {
  return useChange('account', (body: PasswordChange) => send(accountApi.changePassword, { body }))
}

export function useEndSession() {
  return useChange('account', (sessionId: string) => send(accountApi.endSession, { params: { sessionId } }))
}

export function useMembers() {
  return useQuery({
    queryKey: ['members'],
    queryFn: ({ signal }) => call(memberApi.listMembers, { signal }),
    retry: false,
  })
}

/** Makes a link by which somebody sets a new password. */
export function usePasswordLink() {
  return useMutation({
    mutationFn: (personId: string) => call(memberApi.makePasswordLink, { params: { personId } }),
  })
}

export function useInvite() {
  return useChange('members', (body: InviteInput) => call(memberApi.invite, { body }))
}

export function useWithdrawInvitation() {
  return useChange('members', (invitationId: string) =>
    send(memberApi.withdrawInvitation, { params: { invitationId } }),
  )
}

export function useChangeRole() {
  return useChange('members', ({ personId, role }: { personId: string; role: Role }) =>
    call(memberApi.changeMember, { params: { personId }, body: { role } }),
  )
}

export function useRemoveMember() {
  return useChange('members', (personId: string) => send(memberApi.removeMember, { params: { personId } }))
}

export function useSignOutMember() {
  return useChange('members', (personId: string) => send(memberApi.signOutMember, { params: { personId } }))
}

export function useApiKeys() {
  return useQuery({
    queryKey: ['keys'],
    queryFn: ({ signal }) => call(keyApi.listKeys, { signal }),
    retry: false,
  })
}

export function useMakeKey() {
  return useChange('keys', (body: NewKeyInput) => call(keyApi.makeKey, { body }))
}

export function useRevokeKey() {
  return useChange('keys', (keyId: string) => send(keyApi.revokeKey, { params: { keyId } }))
}

/** The links by which a run is shared. */
export function useShares(id: string) {
  return useQuery({
    queryKey: ['shares', id],
    queryFn: ({ signal }) => call(shareApi.listShares, { params: { id }, signal }),
    retry: false,
  })
}

export function useShareRun(id: string) {
  return useChange('shares', (days: number) => call(shareApi.shareRun, { params: { id }, body: { days } }))
}

export function useWithdrawShare(id: string) {
  return useChange('shares', (shareId: string) => send(shareApi.withdrawShare, { params: { id, shareId } }))
}

/** The report of a shared run, by the token of its link. */
export function useSharedRun(token: string) {
  return useQuery({
    queryKey: ['shared', token],
    queryFn: ({ signal }) => call(shareApi.readShared, { body: { token }, signal }),
    retry: false,
  })
}

/** Notes on a run; those of others come while somebody looks. */
export function useRunNotes(id: string) {
  return useQuery({
    queryKey: ['notes', id],
    queryFn: ({ signal }) => call(noteApi.listNotes, { params: { id }, signal }),
    refetchInterval: 15_000,
    retry: false,
  })
}

export function useAddNote(id: string) {
  return useChange('notes', (text: string) => call(noteApi.addNote, { params: { id }, body: { text } }))
}

export function useEditNote(id: string) {
  return useChange('notes', ({ noteId, text }: { noteId: string; text: string }) =>
    call(noteApi.editNote, { params: { id, noteId }, body: { text } }),
  )
}

export function useDeleteNote(id: string) {
  return useChange('notes', (noteId: string) => send(noteApi.deleteNote, { params: { id, noteId } }))
}

/** Acts that hold a text, newest first, before a line of the log. */
export function useAudit(q: string, before: number | null) {
  return useQuery({
    queryKey: ['audit', q, before],
    queryFn: ({ signal }) =>
      call(auditApi.searchAudit, { query: { q, ...(before === null ? {} : { before }) }, signal }),
    placeholderData: keepPreviousData,
    retry: false,
  })
}

export function useVerifyAudit() {
  return useMutation({ mutationFn: () => call(auditApi.verifyAudit, {}) })
}
