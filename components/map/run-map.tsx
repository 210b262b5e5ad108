'use client'

import { type Node, Panel, Position, ReactFlow, ReactFlowProvider } from '@xyflow/react'
import { type RefObject, useMemo, useRef, useState } from 'react'
import { EmptyState } from '@/components/ui/states/empty-state'
import { useMediaQuery } from '@/lib/client/hooks/use-media-query'
import { useHeadFold } from '@/lib/client/run/head-fold'
import { useSelection } from '@/lib/client/run/select-agent'
import { useRunView } from '@/lib/client/run/use-run'
import { useRunUrl } from '@/lib/client/run/use-run-url'
import type { AgentFilter } from '@/lib/view/agent/agent-rows'
import { edgeRoutes, mapBounds } from '@/lib/view/map/arched-edges'
import { orchestratorId } from '@/lib/view/map/map-edges'
import { graphSelector } from '@/lib/view/map/map-graph'
import { type Direction, type LayoutChoice, layoutMap, railY } from '@/lib/view/map/map-layout'
import type { Box, MapGraph } from '@/lib/view/map/map-shape'
import type { MapLayout } from '@/lib/view/map/placed-map'
import { zooms } from '@/lib/view/map/zoom-level'
import { AgentLinks } from './agent-links'
import { ColorScaleControl } from './color-scale-control'
import { FlowEdge, type FlowEdgeData } from './flow-edge'
import { Frames } from './frames'
import { GroupNode } from './group-node'
import { IdleNote } from './idle-note'
import { Legend } from './legend'
import { MapContext } from './map-context'
import { MapControls } from './map-controls'
import { OrchestratorNode } from './orchestrator-node'
import { ReadableText } from './readable-text'
import { useRoom } from './use-room'

const zoomKeys = ['Meta', 'Control']
const nodeTypes = { orchestrator: OrchestratorNode, phase: GroupNode }
const edgeTypes = { flow: FlowEdge }

/**
 * The run as a picture: the script, its groups, and how answers travel. Rebuilt only when its shape changes.
 */
export function RunMap({ filter }: { filter: AgentFilter }) {
  const [select] = useState(graphSelector)
  const graph = useRunView((view) => select(view.state))
  const [url, setUrl] = useRunUrl()
  const { toggled, colorBy } = url
  const [hovered, setHovered] = useState<string | null>(null)
  const direction: Direction = useMediaQuery('(max-width: 639px)') ? 'down' : 'right'
  const place = useRef(steadyLayout())
  const wasMoved = useRef(false)
  const { agentId } = useSelection()
  const [frame, room] = useRoom()
  // Whoever moved the map, or reads of an agent beside it, keeps what they look at where it is.
  const mayRearrange = agentId === null && !wasMoved.current
  const layout = useMemo(
    () =>
      graph === null
        ? null
        : place.current(graph, { toggled: new Set(toggled), direction, room, mayRearrange }),
    [graph, toggled, direction, room, mayRearrange],
  )
  const scene = useMemo(
    () => ({
      groups: new Map((layout?.groups ?? []).map((group) => [group.id, group])),
      filter,
      direction,
      colorBy,
      hover: setHovered,
      onToggle: (key: string) => {
        const next = toggled.includes(key) ? toggled.filter((other) => other !== key) : [...toggled, key]
        void setUrl({ toggled: next.length === 0 ? null : next })
      },
    }),
    [layout, filter, direction, colorBy, toggled, setUrl],
  )
  if (graph === null || layout === null) return null
  if (graph.groups.length === 0) {
    return (
      <EmptyState title="No agents yet">
        The script has not called agent() yet. Groups appear here, one per phase.
      </EmptyState>
    )
  }
  return (
    <MapContext value={scene}>
      <ReactFlowProvider>
        <div ref={frame} className="h-full" data-map="">
          {room !== null && (
            <Canvas
              graph={graph}
              layout={layout}
              direction={direction}
              hovered={hovered}
              wasMoved={wasMoved}
            />
          )}
        </div>
      </ReactFlowProvider>
    </MapContext>
  )
}

type CanvasProps = {
  graph: MapGraph
  layout: MapLayout
  direction: Direction
  hovered: string | null
  wasMoved: RefObject<boolean>
}

function Canvas({ graph, layout, direction, hovered, wasMoved }: CanvasProps) {
  const nodes = useMemo(() => toNodes(layout, direction), [layout, direction])
  const edges = useMemo(() => toEdges(graph, layout, direction), [graph, layout, direction])
  const { setFolded } = useHeadFold()
  const isTouched = useMediaQuery('(pointer: coarse)')
  return (
    <ReactFlow
      nodes={nodes}
      edges={edges}
      nodeTypes={nodeTypes}
      edgeTypes={edgeTypes}
      nodesDraggable={false}
      nodesConnectable={false}
      nodesFocusable={false}
      edgesFocusable={false}
      elementsSelectable={false}
      disableKeyboardA11y
      zoomOnDoubleClick={false}
      // The wheel scrolls the page; with Ctrl or ⌘, which is also how a pinch arrives, it zooms.
      zoomOnScroll={false}
      preventScrolling={false}
      zoomActivationKeyCode={zoomKeys}
      // One finger scrolls the page, two move the map.
      panOnDrag={!isTouched}
      minZoom={zooms.min}
      maxZoom={zooms.max}
      proOptions={{ hideAttribution: true }}
      className="h-full min-h-[62dvh] lg:min-h-0"
      onMoveStart={(event) => {
        // Moves that this page makes itself come without an event.
        if (event !== null) wasMoved.current = true
      }}
      onMoveEnd={(event) => {
        if (event !== null) setFolded(true)
      }}
      aria-label="Map of the run"
    >
      <ReadableText />
      <Frames frames={layout.frames} />
      <AgentLinks layout={layout} hovered={hovered} />
      <MapControls
        layout={layout}
        bounds={mapBounds(graph, layout, direction)}
        direction={direction}
        wasMoved={wasMoved}
      />
      <Panel position="bottom-left" className="!m-3 flex max-w-[calc(100%-1.5rem)] flex-wrap items-end gap-2">
        <Legend edges={graph.edges}>{direction === 'down' && <ColorScaleControl />}</Legend>
        {direction === 'right' && <IdleNote idle={graph.idle} />}
      </Panel>
      {direction === 'right' && (
        <Panel position="bottom-right" className="!m-3">
          <ColorScaleControl />
        </Panel>
      )}
    </ReactFlow>
  )
}

function toNodes(layout: MapLayout, direction: Direction): Node[] {
  return [
    canvasNode(orchestratorId, 'orchestrator', layout.orchestrator, direction),
    ...layout.groups.map((group) => canvasNode(group.id, 'phase', group.box, direction)),
  ]
}

/** Sizes and handles are given, so the canvas measures nothing. */
function canvasNode(id: string, type: keyof typeof nodeTypes, box: Box, direction: Direction): Node {
  const [middle, centre] = [type === 'orchestrator' ? box.height / 2 : railY, box.width / 2]
  return {
    id,
    type,
    position: { x: box.x, y: box.y },
    width: box.width,
    height: box.height,
    data: {},
    style: { pointerEvents: 'all' },
    handles:
      direction === 'right'
        ? [
            { type: 'target', position: Position.Left, x: 0, y: middle, width: 1, height: 1 },
            { type: 'source', position: Position.Right, x: box.width, y: middle, width: 1, height: 1 },
          ]
        : [
            { type: 'target', position: Position.Top, x: centre, y: 0, width: 1, height: 1 },
            { type: 'source', position: Position.Bottom, x: centre, y: box.height, width: 1, height: 1 },
          ],
  }
}

function toEdges(graph: MapGraph, layout: MapLayout, direction: Direction): FlowEdgeData[] {
  const routes = edgeRoutes(graph, layout, direction)
  return graph.edges.map((edge) => ({
    id: edge.id,
    type: 'flow',
    source: edge.from,
    target: edge.to,
    data: { edge, route: routes.get(edge.id) ?? straight },
    className: `edge-${edge.kind}${edge.flagged > 0 ? ' edge-flagged' : ''}`,
    style: edge.kind === 'data' ? { strokeWidth: Math.min(4, 1.25 + Math.log10(edge.links + 1)) } : {},
  }))
}

const straight = { kind: 'straight' } as const

/**
 * Lays out with the memory of the last layout, so nothing that is placed moves; a change the person makes
 * starts a new layout.
 */
function steadyLayout() {
  let last: { layout: MapLayout; choice: string } | null = null
  return (graph: MapGraph, chosen: LayoutChoice): MapLayout => {
    const choice = `${chosen.direction} ${[...chosen.toggled].join(' ')}`
    const layout = layoutMap(graph, chosen, last?.choice === choice ? last.layout : null)
    last = { layout, choice }
    return layout
  }
}
