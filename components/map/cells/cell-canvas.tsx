'use client'

import { useStore } from '@xyflow/react'
import {
  type KeyboardEvent,
  type MouseEvent,
  memo,
  useContext,
  useEffect,
  useId,
  useRef,
  useState,
} from 'react'
import { onThemeChange } from '@/lib/client/http/theme'
import { useLiveRun } from '@/lib/client/run/run-context'
import { useSelection } from '@/lib/client/run/select-agent'
import {
  type CellGrid,
  type CellMove,
  cellAt,
  cellOrigin,
  moveCell,
  roundLine,
} from '@/lib/view/map/cell-grid'
import { agentPoint } from '@/lib/view/map/map-layout'
import type { PlacedGroup } from '@/lib/view/map/placed-map'
import { MapContext } from '../map-context'
import { useReveal } from '../use-reveal'
import { CellLabel } from './cell-label'
import { createPainter } from './cell-painter'
import { readPalette } from './palette'
import { VisibleCells } from './visible-cells'

const moves: Readonly<Record<string, CellMove>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
  Home: 'first',
  End: 'last',
}

/** A group of any size as one canvas, one cell an agent. Pointer and arrow keys reach every cell. */
export const CellCanvas = memo(function CellCanvas({ group, grid }: { group: PlacedGroup; grid: CellGrid }) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const { store } = useLiveRun()
  const { filter, colorBy, hover } = useContext(MapContext)
  const { agentId, select } = useSelection()
  const [hovered, setHovered] = useState<number | null>(null)
  const [focused, setFocused] = useState<number | null>(null)
  // Sharp when zoomed in; in steps, so a zoom does not redraw with every notch of the wheel.
  const sharpness = useStore(({ transform }) => sharpnessAt(transform[2]))
  const optionId = useId()
  const reveal = useReveal()
  const { agentIds } = group

  useEffect(() => {
    const element = canvas.current
    const host = element?.parentElement
    if (!element || !host) return
    const painter = createPainter(element)
    const paint = () => painter.paint(store.getView(), Date.now())
    const begin = () => {
      const scale = Math.min(4, (window.devicePixelRatio || 1) * sharpness)
      painter.begin({ ids: agentIds, grid, filter, scale, palette: readPalette(host), colorBy })
      paint()
    }
    begin()
    const stopStore = store.subscribe(paint)
    const stopTheme = onThemeChange(() => requestAnimationFrame(begin))
    return () => {
      stopStore()
      stopTheme()
    }
  }, [store, agentIds, grid, filter, colorBy, sharpness])

  const indexUnder = (event: MouseEvent) => {
    const box = event.currentTarget.getBoundingClientRect()
    const zoom = box.width / grid.width
    return cellAt(grid, agentIds.length, (event.clientX - box.left) / zoom, (event.clientY - box.top) / zoom)
  }
  const open = (index: number | null) => {
    const id = index === null ? undefined : agentIds[index]
    if (id !== undefined) select(id)
  }
  const point = (index: number | null) => {
    if (index === hovered) return
    setHovered(index)
    hover(index === null ? null : (agentIds[index] ?? null))
  }
  const focusOn = (index: number) => {
    setFocused(index)
    reveal(agentPoint(group, index))
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const move = moves[event.key]
    if (move !== undefined) {
      event.preventDefault()
      focusOn(moveCell(grid, agentIds.length, focused ?? 0, move))
    }
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault()
      open(focused)
    }
  }

  const selected = agentId === null ? -1 : agentIds.indexOf(agentId)
  const shown = hovered ?? focused
  const active = focused ?? Math.max(0, selected)
  return (
    <div
      role="listbox"
      tabIndex={0}
      aria-label={`${group.title}: ${agentIds.length} agents. Arrow keys move, Enter opens.`}
      aria-activedescendant={optionId}
      className="relative self-start outline-none"
      style={{ width: grid.width, height: grid.height }}
      onKeyDown={onKeyDown}
      onFocus={(event) => {
        if (event.currentTarget.matches(':focus-visible')) focusOn(Math.max(0, selected))
      }}
      onBlur={() => setFocused(null)}
      onMouseMove={(event) => point(indexUnder(event))}
      onMouseLeave={() => point(null)}
      onClick={(event) => open(indexUnder(event))}
    >
      <RoundLines grid={grid} />
      <canvas ref={canvas} className="pointer-events-none block size-full" />
      <VisibleCells group={group} grid={grid} />
      {selected >= 0 && <Frame grid={grid} index={selected} className="ring-2 ring-accent" />}
      {shown !== null && shown !== selected && (
        <Frame grid={grid} index={shown} className="ring-2 ring-ink" />
      )}
      <CellLabel
        id={optionId}
        agentId={agentIds[shown ?? active] ?? ''}
        position={(shown ?? active) + 1}
        setSize={agentIds.length}
        isSelected={(shown ?? active) === selected}
        origin={shown === null ? null : cellOrigin(grid, shown)}
        pitch={grid.pitch}
        width={grid.width}
      />
    </div>
  )
})

/** The number of each round above its first row. */
function RoundLines({ grid }: { grid: CellGrid }) {
  if (grid.bands.length < 2) return null
  return grid.bands.map(({ from, y }, index) => (
    <span
      key={from}
      className="pointer-events-none absolute left-0 flex w-full items-center gap-1.5 map-2xs leading-none! text-ink-3"
      style={{ top: y - roundLine + 3 }}
    >
      round {index + 1}
      <span aria-hidden="true" className="h-px flex-1 bg-line-strong" />
    </span>
  ))
}

function Frame({ grid, index, className }: { grid: CellGrid; index: number; className: string }) {
  const { x, y } = cellOrigin(grid, index)
  return (
    <span
      aria-hidden="true"
      className={`pointer-events-none absolute rounded-sm ${className}`}
      style={{ left: x, top: y, width: grid.pitch, height: grid.pitch }}
    />
  )
}

/** Pixels drawn for each of the screen's, at a zoom. */
function sharpnessAt(zoom: number): number {
  if (zoom > 2.5) return 4
  return zoom > 1.25 ? 2 : 1
}
