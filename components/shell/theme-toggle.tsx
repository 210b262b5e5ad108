'use client'

import { Monitor, Moon, Sun } from 'lucide-react'
import { Button } from '@/components/ui/actions/button'
import { setTheme, type Theme, useTheme } from '@/lib/client/http/theme'

const next: Record<Theme, Theme> = { system: 'light', light: 'dark', dark: 'system' }
const icons = { system: Monitor, light: Sun, dark: Moon }

export function ThemeToggle() {
  const theme = useTheme()
  const Icon = icons[theme]
  return (
    <Button
      variant="quiet"
      size="sm"
      className="max-[520px]:px-1.5"
      onClick={() => setTheme(next[theme])}
      aria-label={`Theme: ${theme}. Change to ${next[theme]}`}
      title={`Theme: ${theme}`}
    >
      <Icon aria-hidden="true" className="size-4" />
    </Button>
  )
}
