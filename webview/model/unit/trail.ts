/** A unit that was looked at. */
export interface Unit {
  readonly layer: string;
  readonly channel: number;
  /** Undefined: the channel's strongest place. */
  readonly place: readonly [number, number] | undefined;
}

export const samePlace = (a: Unit["place"], b: Unit["place"]): boolean => a?.[0] === b?.[0] && a?.[1] === b?.[1];

/**
 * The way from a unit back towards the pixels. `units` ends with the one that is looked at; whoever chooses another layer or
 * channel elsewhere begins a new way.
 */
export class Trail {
  constructor(public units: readonly Unit[] = []) {}

  /** The unit that is looked at now, however it came to be chosen. */
  arrive(unit: Unit): void {
    const last = this.units.at(-1);
    const goesOn = last !== undefined && last.layer === unit.layer && last.channel === unit.channel;
    if (goesOn && samePlace(last.place, unit.place)) return;
    this.units = goesOn ? [...this.units.slice(0, -1), unit] : [unit];
  }

  /** One step back to a unit that the present one is made of. */
  follow(unit: Unit): void {
    this.units = [...this.units, unit];
  }

  /** Back to the unit at a place of the way; undefined where there is none. */
  back(to: number): Unit | undefined {
    const unit = this.units[to];
    if (unit) this.units = this.units.slice(0, to + 1);
    return unit;
  }
}
