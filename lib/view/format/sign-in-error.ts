/** What a sign-in by the provider failed of, from the code that the page is opened with. */
export function signInError(code: string): string {
  switch (code) {
    case 'account_not_linked':
      return 'There is an account with this e-mail address already. Sign in with its password.'
    case 'access_denied':
      return 'The provider did not let you in.'
    case 'state_mismatch':
    case 'state_not_found':
    case 'please_restart_the_process':
      return 'The sign-in took too long, or began in another browser. Begin again.'
    default:
      return 'The provider’s answer was not accepted, or none of your groups has a role here. Ask an admin.'
  }
}
