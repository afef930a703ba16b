/** What runs in a holder, as text for the node of its image. */

/**
 * Its first process: loads the rules of its argument, or ends, with 126 where there is no nft. Then node becomes `nft monitor`: 2 MiB
 * that stay until they are stopped, and lines in its log for each change of the rules. Before Node 22.15 it stays node.
 */
export const HOLDING = `
const {spawnSync}=require('node:child_process'),{accessSync,constants}=require('node:fs');
const load=spawnSync('nft',['-f','-'],{input:process.argv[1]});
if(load.status!==0&&spawnSync('nft',['list','table','inet','seal']).status!==0){
  process.stderr.write(load.error?'nft: '+load.error.code:String(load.stderr));
  process.exit(['ENOENT','EACCES'].includes(load.error?.code)?126:1);
}
const is=(path)=>{try{accessSync(path,constants.X_OK);return true}catch{return false}};
const path=(process.env.PATH??'').split(':').map((folder)=>folder+'/nft').find(is);
if(path!==undefined&&process.execve!==undefined)process.execve(path,['nft','monitor'],process.env);
setInterval(()=>{},2**30);
`

/** Loads rules, if any, tries, and lists before and after. Arguments: the rules, the tries as JSON. Node 22. */
export const TRYING = `
const {spawnSync}=require('node:child_process'),net=require('node:net'),dgram=require('node:dgram');
const [rules,tries]=process.argv.slice(1);
const nft=(args,input)=>{
  const {status,error,stdout,stderr}=spawnSync('nft',args,{input,maxBuffer:2**20});
  if(status===0)return String(stdout);
  process.stderr.write(error?'nft: '+error.code:String(stderr));
  process.exit(['ENOENT','EACCES'].includes(error?.code)?126:1);
};
const list=()=>nft(['-j','list','ruleset']);
const tcp=({ip,port},end)=>{
  const socket=net.connect({host:ip,port});
  socket.once('connect',()=>end('connected')).once('error',({code})=>end(code));
  return ()=>socket.destroy();
};
const udp=({ip,port},end)=>{
  const socket=dgram.createSocket('udp4');
  socket.once('error',({code})=>end(code)).once('message',()=>end('answered'));
  socket.send('hello',port,ip,(error)=>error&&end(error.code));
  return ()=>socket.close();
};
const attempt=(each)=>new Promise((resolve)=>{
  let close;
  const end=(said)=>{
    clearTimeout(timer);
    resolve(said);
    if(close!==undefined)setImmediate(close);
    close=undefined;
  };
  const timer=setTimeout(()=>end('silent'),1000);
  close=(each.kind==='tcp'?tcp:udp)(each,end);
});
if(rules!=='')nft(['-f','-'],rules);
const before=list();
Promise.all(JSON.parse(tries).map(attempt)).then((said)=>console.log(JSON.stringify({before,said,after:list()})));
`
