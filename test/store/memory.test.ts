import { MemoryData, openMemoryStore } from '../../src/store/memory/store.ts';
import { describeStore } from '../contracts/describe-store.ts';

describeStore('memory', async () => {
  const data = new MemoryData();
  return async () => openMemoryStore(data);
});
