'use client'

import {
  Background,
  BackgroundVariant,
  type Edge,
  type Node,
  Position,
  ReactFlow,
  ReactFlowProvider,
} from '@xyflow/react'
import { useMemo, useRef, useState } from 'react'
import { EmptyState } from '@/components/ui/messages'
import { useMediaQuery } from '@/lib/client/use-media-query'
import { useRunView } from '@/lib/client/use-run'
import { useRunUrl } from '@/lib/client/use-run-url'
import type { AgentFilter } from '@/lib/view/agent-rows'
import { graphSelector, type MapGraph, orchestratorId } from '@/lib/view/map-graph'
import { type Box, type Direction, layoutMap, type MapLayout } from '@/lib/view/map-layout'
import { AgentLinks } from './agent-links'
import { GroupNode } from './group-node'
import { Legend } from './legend'
import { MapContext } from './map-context'
import { MapControls } from './map-controls'
import { OrchestratorNode } from './orchestrator-node'

const nodeTypes = { orchestrator: OrchestratorNode, phase: GroupNode }

/** The run as a picture: the script, its groups, and how answers travel. Rebuilt only when its shape changes. */
export function RunMap({ filter }: { filter: AgentFilter }) {
  const [select] = useState(graphSelector)
  const graph = useRunView((view) => select(view.state))
  const [url, setUrl] = useRunUrl()
  const { toggled } = url
  const direction: Direction = useMediaQuery('(max-width: 639px)') ? 'down' : 'right'
  const layout = useMemo(
    () => (graph === null ? null : layoutMap(graph, new Set(toggled), direction)),
    [graph, toggled, direction],
  )
  const scene = useMemo(
    () => ({
      groups: new Map((layout?.groups ?? []).map((group) => [group.id, group])),
      filter,
      direction,
      onToggle: (title: string) => {
        const next = toggled.includes(title) ? toggled.filter((other) => other !== title) : [...toggled, title]
        void setUrl({ toggled: next.length === 0 ? null : next })
      },
    }),
    [layout, filter, direction, toggled, setUrl],
  )
  if (graph === null || layout === null) return null
  if (graph.groups.length === 0) {
    return (
      <EmptyState title="No agent yet">
        The script has not called agent() yet. Groups appear here as it does, one a phase.
      </EmptyState>
    )
  }
  return (
    <MapContext value={scene}>
      <ReactFlowProvider>
        <Canvas graph={graph} layout={layout} direction={direction} />
      </ReactFlowProvider>
    </MapContext>
  )
}

function Canvas({ graph, layout, direction }: { graph: MapGraph; layout: MapLayout; direction: Direction }) {
  const nodes = useMemo(() => toNodes(layout, direction), [layout, direction])
  const edges = useMemo(() => toEdges(graph), [graph])
  const wasMoved = useRef(false)
  return (
    <ReactFlow
      nodes={nodes}
      edges={edges}
      nodeTypes={nodeTypes}
      nodesDraggable={false}
      nodesConnectable={false}
      nodesFocusable={false}
      edgesFocusable={false}
      elementsSelectable={false}
      disableKeyboardA11y
      zoomOnDoubleClick={false}
      minZoom={0.15}
      maxZoom={2}
      proOptions={{ hideAttribution: true }}
      className="h-full min-h-[62dvh] lg:min-h-0"
      onMoveStart={(event) => {
        // Moves that this page makes itself come without an event.
        if (event !== null) wasMoved.current = true
      }}
      aria-label="Map of the run"
    >
      <Background variant={BackgroundVariant.Dots} gap={22} size={1.25} color="var(--color-line-strong)" />
      <AgentLinks layout={layout} />
      <MapControls layout={layout} direction={direction} wasMoved={wasMoved} />
      <Legend />
    </ReactFlow>
  )
}

function toNodes(layout: MapLayout, direction: Direction): Node[] {
  return [
    canvasNode(orchestratorId, 'orchestrator', layout.orchestrator, direction),
    ...layout.groups.map((group) => canvasNode(group.id, 'phase', group.box, direction)),
  ]
}

/** Sizes and handles are given, so that the canvas measures nothing. */
function canvasNode(id: string, type: keyof typeof nodeTypes, box: Box, direction: Direction): Node {
  const [middle, centre] = [box.height / 2, box.width / 2]
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

function toEdges(graph: MapGraph): Edge[] {
  return graph.edges.map((edge) => ({
    id: edge.id,
    source: edge.from,
    target: edge.to,
    className: edge.doubtful > 0 ? 'edge-data edge-doubtful' : `edge-${edge.kind}`,
    style: edge.kind === 'data' ? { strokeWidth: Math.min(4, 1.25 + Math.log10(edge.links + 1)) } : {},
  }))
}
