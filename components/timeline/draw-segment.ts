import type { SegmentStyle } from './style'

/**
 * One stretch as a bar `width` wide in a row; never thinner than a pixel, so nothing that happened is
 * lost.
 */
export function drawSegment(
  ctx: CanvasRenderingContext2D,
  style: SegmentStyle,
  colour: string,
  box: { x: number; y: number; width: number; height: number },
): void {
  const height = Math.max(1, box.height * style.height)
  const y = box.y + (box.height - height) / 2
  const width = Math.max(1, box.width)
  ctx.fillStyle = colour
  ctx.strokeStyle = colour
  switch (style.pattern) {
    case 'solid':
    case 'line':
      ctx.fillRect(box.x, y, width, height)
      return
    case 'outline':
      ctx.globalAlpha *= 0.2
      ctx.fillRect(box.x, y, width, height)
      ctx.globalAlpha *= 5
      if (width > 3) ctx.strokeRect(box.x + 0.5, y + 0.5, width - 1, height - 1)
      else ctx.fillRect(box.x, y, width, height)
      return
    case 'hatch':
      filled(ctx, box.x, y, width, height, () => {
        for (let at = -height; at < width; at += 5) {
          ctx.moveTo(box.x + at, y + height)
          ctx.lineTo(box.x + at + height, y)
        }
      })
      return
    case 'dots':
      filled(ctx, box.x, y, width, height, () => {
        for (let at = 2; at < width; at += 5) {
          ctx.moveTo(box.x + at, y + height / 2)
          ctx.lineTo(box.x + at + 2, y + height / 2)
        }
      })
      return
  }
}

function filled(
  ctx: CanvasRenderingContext2D,
  x: number,
  y: number,
  width: number,
  height: number,
  path: () => void,
): void {
  if (width <= 4) {
    ctx.fillRect(x, y, width, height)
    return
  }
  ctx.save()
  ctx.beginPath()
  ctx.rect(x, y, width, height)
  ctx.clip()
  ctx.globalAlpha *= 0.25
  ctx.fillRect(x, y, width, height)
  ctx.globalAlpha *= 4
  ctx.beginPath()
  path()
  ctx.lineWidth = 1.5
  ctx.stroke()
  ctx.restore()
}
