import type { ComponentChildren } from 'preact';
import { formatCount } from '../../shared/text/units/format.ts';
import type { RowsStore } from '../events/rowsStore.ts';
import {
  BackIcon,
  FitIcon,
  ForwardIcon,
  LiveIcon,
  RangeIcon,
  ZoomInIcon,
  ZoomOutIcon,
} from '../ui/icons.tsx';
import type { TimelineSteps } from './timelineSteps.ts';
import type { TimelineStore } from './timelineStore.ts';

export interface TimelineBarProps {
  rows: RowsStore;
  timeline: TimelineStore;
  steps: TimelineSteps;
}

/** Zoom, what is on show, and the way from one trouble to the next. */
export function TimelineBar({ rows, timeline, steps }: TimelineBarProps) {
  const view = timeline.view.value;
  const follows = timeline.followsLive.value;
  const troubles = timeline.troubleCount.value;
  const zoom = (factor: number): void => timeline.zoomAt((view.from + view.to) / 2, factor);
  return (
    <div class="timeline-bar" role="toolbar" aria-label="Timeline">
      <BarButton title="Zoom in (+)" icon={<ZoomInIcon />} label="Zoom in" onClick={() => zoom(1 / 2)} />
      <BarButton title="Zoom out (−)" icon={<ZoomOutIcon />} label="Zoom out" onClick={() => zoom(2)} />
      <BarButton title="Show everything (0)" icon={<FitIcon />} label="All" visible onClick={steps.fit} />
      <BarButton
        title="Let the view go along with the clock (F)"
        icon={<LiveIcon />}
        label="Live"
        visible
        pressed={follows}
        onClick={() => timeline.followLive()}
      />
      <BarButton
        title="Show in the table only what came in this time (R)"
        icon={<RangeIcon />}
        label="Filter to this time"
        visible
        onClick={() => rows.setRange(view)}
      />
      <span class="bar-space" />
      <BarButton
        action="former-trouble"
        title="Former gap, stall or error (P)"
        icon={<BackIcon />}
        label="Former gap, stall or error"
        disabled={troubles === 0}
        onClick={() => steps.jump(-1)}
      />
      <span class="troubles">{troublesText(troubles)}</span>
      <BarButton
        action="next-trouble"
        title="Next gap, stall or error (N)"
        icon={<ForwardIcon />}
        label="Next gap, stall or error"
        disabled={troubles === 0}
        onClick={() => steps.jump(1)}
      />
    </div>
  );
}

interface BarButtonProps {
  title: string;
  icon: ComponentChildren;
  label: string;
  /** The label is seen where there is room; else only assistive technology reads it. */
  visible?: boolean;
  pressed?: boolean;
  disabled?: boolean;
  action?: string;
  onClick(): void;
}

function BarButton({ title, icon, label, visible, pressed, disabled, action, onClick }: BarButtonProps) {
  return (
    <button
      type="button"
      class={`icon-button ${pressed ? 'on' : ''}`}
      aria-pressed={pressed}
      data-action={action}
      title={title}
      disabled={disabled}
      onClick={onClick}
    >
      {icon}
      <span class={visible ? 'wide-only' : 'sr-only'}>{label}</span>
    </button>
  );
}

function troublesText(count: number): string {
  if (count === 0) return 'nothing went wrong';
  return count === 1 ? '1 gap, stall or error' : `${formatCount(count)} gaps, stalls or errors`;
}
