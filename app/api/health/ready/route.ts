export { ready as GET } from '@/lib/server/http/health'
