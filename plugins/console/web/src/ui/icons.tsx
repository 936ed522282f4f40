// A few strokes on a 24 × 24 grid.
import type { ReactNode } from 'react'

const icon = (paths: ReactNode) =>
  function Icon ({ size = 18 }: { size?: number }) {
    return (
      <svg width={size} height={size} viewBox='0 0 24 24' fill='none' stroke='currentColor' strokeWidth={2} strokeLinecap='round' strokeLinejoin='round'
        aria-hidden='true' focusable='false'
      >
        {paths}
      </svg>
    )
  }

export const SearchIcon = icon(<><circle cx='11' cy='11' r='7' /><path d='m20 20-4-4' /></>)
export const CopyIcon = icon(<><rect x='9' y='9' width='11' height='11' rx='2' /><path d='M5 15V5a2 2 0 0 1 2-2h8' /></>)
export const CheckIcon = icon(<path d='m5 13 4 4L19 7' />)
export const PlusIcon = icon(<path d='M12 5v14M5 12h14' />)
export const BookIcon = icon(<><path d='M4 5a2 2 0 0 1 2-2h14v16H6a2 2 0 0 0-2 2z' /><path d='M4 19V5' /></>)
export const DownloadIcon = icon(<path d='M12 4v11m-4-4 4 4 4-4M5 20h14' />)
export const SunIcon = icon(<><circle cx='12' cy='12' r='4' /><path d='M12 2v2m0 16v2M2 12h2m16 0h2M5 5l1.5 1.5m11 11L19 19M19 5l-1.5 1.5m-11 11L5 19' /></>)
export const MoonIcon = icon(<path d='M20 14A8 8 0 0 1 10 4a8 8 0 1 0 10 10z' />)
export const SignOutIcon = icon(<path d='M14 4H6a1 1 0 0 0-1 1v14a1 1 0 0 0 1 1h8m2-12 4 4-4 4m4-4H9' />)
export const PluginIcon = icon(<path d='M9 3v5m6-5v5M6 8h12v4a6 6 0 0 1-12 0zm6 10v3' />)
export const ExternalIcon = icon(<path d='M14 4h6v6m0-6-9 9M18 14v5a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1V7a1 1 0 0 1 1-1h5' />)
export const KeyIcon = icon(<><circle cx='8' cy='15' r='4' /><path d='m11 12 9-9m-4 4 3 3' /></>)
export const PlayIcon = icon(<path d='M7 4v16l13-8z' />)
export const RepeatIcon = icon(<path d='M4 12a8 8 0 0 1 14-5l2 2m0-5v5h-5m5 3a8 8 0 0 1-14 5l-2-2m0 5v-5h5' />)
export const PeopleIcon = icon(<><circle cx='9' cy='8' r='4' /><path d='M2 21a7 7 0 0 1 14 0m0-17a4 4 0 0 1 0 8m2 2a7 7 0 0 1 4 7' /></>)
export const BoxIcon = icon(<path d='M3 8l9-5 9 5v8l-9 5-9-5zm0 0 9 5 9-5m-9 5v8' />)
export const LinkIcon = icon(<path d='M9 15l6-6M11 6l1-1a5 5 0 0 1 7 7l-1 1m-5 5-1 1a5 5 0 0 1-7-7l1-1' />)
