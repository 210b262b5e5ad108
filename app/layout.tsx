import './globals.css'
import { GeistMono } from 'geist/font/mono'
import { GeistSans } from 'geist/font/sans'
import type { Metadata, Viewport } from 'next'
import type { ReactNode } from 'react'
import { Shell } from '@/components/shell/shell'
import { earlyPressesScript } from '@/lib/client/http/early-presses'
import { themeScript } from '@/lib/client/http/theme'
import { Providers } from '@/lib/client/queries/providers'

const description = 'Run one task across hundreds of Claude agents, watch each one, and see what it costs.'

export const metadata: Metadata = {
  title: { default: 'Skein', template: '%s · Skein' },
  description,
  manifest: '/manifest.webmanifest',
  icons: { icon: '/icon.svg', apple: '/apple-touch-icon.png' },
}

export const viewport: Viewport = {
  colorScheme: 'light dark',
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#f7f7f8' },
    { media: '(prefers-color-scheme: dark)', color: '#0c0d0f' },
  ],
}

export default function RootLayout({ children }: { children: ReactNode }) {
  return (
    <html lang="en" className={`${GeistSans.variable} ${GeistMono.variable}`} suppressHydrationWarning>
      <head>
        {/* By hand: what Next makes of it would name one address, and every installation has its own. */}
        <meta property="og:title" content="Skein" />
        <meta property="og:description" content={description} />
        <meta property="og:image" content="/social.png" />
        <script dangerouslySetInnerHTML={{ __html: themeScript }} />
        <script dangerouslySetInnerHTML={{ __html: earlyPressesScript }} />
      </head>
      <body>
        <Providers>
          <Shell>{children}</Shell>
        </Providers>
      </body>
    </html>
  )
}
