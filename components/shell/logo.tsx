export function Logo() {
  return (
    <svg viewBox="0 0 32 32" width="22" height="22" aria-hidden="true">
      <rect width="32" height="32" rx="8" className="fill-accent-fill" />
      <g fill="none" stroke="#fff" strokeWidth="2.4" strokeLinecap="round">
        <path d="M7 16C11 16 12 8 25 8M7 16H25M7 16C11 16 12 24 25 24" />
      </g>
    </svg>
  )
}
