export { live as GET } from '@/lib/server/http/health'
