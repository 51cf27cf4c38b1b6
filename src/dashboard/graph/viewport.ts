/** Which part of a drawing is seen, and how large: pan, zoom around a point, fit, glide to a place. Pure but for its fields. */

export interface Box {
  readonly width: number;
  readonly height: number;
}

const SCALE_MIN = 0.02;
const SCALE_MAX = 2.5;
const FIT_MARGIN = 48;
const FIT_SCALE_MAX = 1.1;

export class Viewport {
  scale = 1;
  /** Of the drawing's origin on the screen. */
  x = 0;
  y = 0;
  width = 0;
  height = 0;

  /** What was in the middle stays there. */
  resize(width: number, height: number): void {
    if (this.width > 0) this.pan((width - this.width) / 2, (height - this.height) / 2);
    this.width = width;
    this.height = height;
  }

  pan(dx: number, dy: number): void {
    this.x += dx;
    this.y += dy;
  }

  zoom(factor: number, atX = this.width / 2, atY = this.height / 2): void {
    const scale = Math.min(SCALE_MAX, Math.max(SCALE_MIN, this.scale * factor));
    const ratio = scale / this.scale;
    this.x = atX - (atX - this.x) * ratio;
    this.y = atY - (atY - this.y) * ratio;
    this.scale = scale;
  }

  fit({ width, height }: Box): void {
    const room = Math.min((this.width - 2 * FIT_MARGIN) / width, (this.height - 2 * FIT_MARGIN) / height);
    this.scale = Math.min(FIT_SCALE_MAX, Math.max(SCALE_MIN, room));
    this.x = (this.width - width * this.scale) / 2;
    this.y = (this.height - height * this.scale) / 2;
  }

  /** A point of the drawing into the middle of the screen. */
  centre(x: number, y: number): void {
    this.x = this.width / 2 - x * this.scale;
    this.y = this.height / 2 - y * this.scale;
  }

  toDrawing(x: number, y: number): readonly [number, number] {
    return [(x - this.x) / this.scale, (y - this.y) / this.scale];
  }

  showsAll({ width, height }: Box): boolean {
    const [right, bottom] = [width * this.scale + this.x, height * this.scale + this.y];
    return this.x >= 0 && this.y >= 0 && right <= this.width && bottom <= this.height;
  }

  /** Is a rectangle of the drawing on the screen? */
  shows(x: number, y: number, width: number, height: number): boolean {
    const [left, top] = [x * this.scale + this.x, y * this.scale + this.y];
    return (
      left < this.width && top < this.height && left + width * this.scale > 0 && top + height * this.scale > 0
    );
  }
}
