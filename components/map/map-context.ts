'use client'

import { createContext, useContext } from 'react'
import type { AgentFilter } from '@/lib/view/agent/agent-rows'
import { noFilter } from '@/lib/view/agent/agent-rows'
import type { ColorBy } from '@/lib/view/agent/color-scale'
import type { Direction } from '@/lib/view/map/map-layout'
import type { PlacedGroup } from '@/lib/view/map/placed-map'

export type MapScene = {
  groups: ReadonlyMap<string, PlacedGroup>
  filter: AgentFilter
  direction: Direction
  colorBy: ColorBy
  /** The agent under the pointer: its own edges are drawn. */
  hover: (agentId: string | null) => void
  onToggle: (key: string) => void
}

/** What nodes draw, kept out of node data so that a change of filter does not rebuild the canvas. */
export const MapContext = createContext<MapScene>({
  groups: new Map(),
  filter: noFilter,
  direction: 'right',
  colorBy: 'state',
  hover: () => {},
  onToggle: () => {},
})

/** The placed group behind a canvas node. */
export function usePlacedGroup(id: string): PlacedGroup | undefined {
  return useContext(MapContext).groups.get(id)
}
