'use client'

import { Handle, Position } from '@xyflow/react'
import { useContext } from 'react'
import { MapContext } from './map-context'

/**
 * Where edges leave and arrive. Without them in the page, the canvas forgets its edges once it has measured a
 * node.
 */
export function Ports({ hasTarget = true, rail }: { hasTarget?: boolean; rail?: number }) {
  const { direction } = useContext(MapContext)
  const [from, to] = direction === 'right' ? [Position.Right, Position.Left] : [Position.Bottom, Position.Top]
  const style = rail !== undefined && direction === 'right' ? { top: rail } : {}
  return (
    <>
      {hasTarget && (
        <Handle type="target" position={to} isConnectable={false} className="invisible" style={style} />
      )}
      <Handle type="source" position={from} isConnectable={false} className="invisible" style={style} />
    </>
  )
}
