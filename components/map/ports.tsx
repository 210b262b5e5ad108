'use client'

import { Handle, Position } from '@xyflow/react'
import { useContext } from 'react'
import { MapContext } from './map-context'

/** Where edges leave and arrive. Without them in the page, the canvas forgets its edges once it has measured a node. */
export function Ports({ hasTarget = true }: { hasTarget?: boolean }) {
  const { direction } = useContext(MapContext)
  const [from, to] = direction === 'right' ? [Position.Right, Position.Left] : [Position.Bottom, Position.Top]
  return (
    <>
      {hasTarget && <Handle type="target" position={to} isConnectable={false} className="invisible" />}
      <Handle type="source" position={from} isConnectable={false} className="invisible" />
    </>
  )
}
