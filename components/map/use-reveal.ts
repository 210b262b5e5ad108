'use client'

import { useReactFlow, useStoreApi } from '@xyflow/react'
import { useCallback } from 'react'

/** Pixels that what has the focus keeps from the edge of the picture. */
const MARGIN = 72

/** Moves the picture to a point unless it is in view already: the keys must not lead out of sight. */
export function useReveal(): (point: { x: number; y: number }) => void {
  const { setCenter } = useReactFlow()
  const store = useStoreApi()
  return useCallback(
    ({ x, y }) => {
      const {
        transform: [left, top, zoom],
        width,
        height,
      } = store.getState()
      const isIn = (at: number, room: number) =>
        at >= Math.min(MARGIN, room / 4) && at <= room - Math.min(MARGIN, room / 4)
      if (isIn(x * zoom + left, width) && isIn(y * zoom + top, height)) return
      void setCenter(x, y, { zoom })
    },
    [setCenter, store],
  )
}
