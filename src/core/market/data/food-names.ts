/** Spanish and English names of food, by category. */

import type { FoodCategory } from './published-elasticities.ts';

/**
 * Names by language, singular and normalised; a phrase matches its words in a row. Spanish heads come first, English
 * heads last.
 */
export const SPANISH_NAMES: Readonly<Record<FoodCategory, string>> = {
  meat: 'carne,carniceria,carnico,charcuteria,embutido,chorizo,salchicha,hamburguesa',
  beef: 'ternera,vacuno,res,buey,vaca,anojo,carne de vacuno,carne de ternera,carne de res',
  pork: 'cerdo,porcino,jamon,lomo,panceta,carne de cerdo',
  poultry: 'pollo,ave,pavo,gallina,codorniz,pato,carne de ave,carne de pollo',
  lamb: 'cordero,ovino,lechal,cabrito,carne de cordero',
  fish: 'pescado,pescaderia,marisco,merluza,salmon,sardina,gamba,atun,bacalao,dorada,lubina,langostino,mejillon,calamar,pulpo,boqueron,trucha,rape,anchoa',
  fruit: 'fruta,fruteria,pera,uva,melon,sandia,fresa,limon,mandarina,melocoton,kiwi,pina,cereza,ciruela,mango',
  oranges: 'naranja',
  apples: 'manzana',
  bananas: 'platano,banana',
  vegetables:
    'verdura,verduleria,hortaliza,lechuga,cebolla,pimiento,zanahoria,calabacin,pepino,berenjena,col,coliflor,brocoli,espinaca,acelga,champinon,seta,ajo',
  tomatoes: 'tomate',
  potatoes: 'patata,papa',
  pulses: 'legumbre,lenteja,garbanzo,alubia,judia seca,frijol',
  dairy: 'lacteo,lecheria,yogur,nata,mantequeria',
  cheese: 'queso,queseria',
  eggs: 'huevo',
  milk: 'leche',
  cereals: 'pan,panaderia,cereal,harina,arroz,pasta,bolleria salada,barra,hogaza,trigo',
  fats: 'aceite,grasa,mantequilla,margarina',
  sweets: 'dulce,azucar,pasteleria,bolleria,chocolate,galleta,caramelo,pastel,tarta,miel,mermelada',
  softDrinks: 'refresco,gaseosa,bebida,cola,bebida refrescante',
  juice: 'zumo,jugo,nectar',
};
export const ENGLISH_NAMES: Readonly<Record<FoodCategory, string>> = {
  meat: 'meat,butcher,sausage,burger,deli',
  beef: 'beef,veal,steak',
  pork: 'pork,ham,bacon',
  poultry: 'poultry,chicken,turkey,hen,duck',
  lamb: 'lamb,mutton',
  fish: 'fish,seafood,fishmonger,hake,salmon,sardine,prawn,shrimp,tuna,cod,trout,mussel,squid',
  fruit: 'fruit,pear,grape,melon,strawberry,lemon,peach,kiwi,pineapple,cherry,plum,berry,mango',
  oranges: 'orange',
  apples: 'apple',
  bananas: 'banana',
  vegetables: 'vegetable,lettuce,onion,pepper,carrot,cucumber,cabbage,broccoli,spinach,mushroom,garlic,greengrocer',
  tomatoes: 'tomato',
  potatoes: 'potato',
  pulses: 'pulse,legume,lentil,chickpea,bean',
  dairy: 'dairy,yogurt,yoghurt,cream',
  cheese: 'cheese',
  eggs: 'egg',
  milk: 'milk',
  cereals: 'bread,bakery,cereal,flour,rice,wheat,pasta',
  fats: 'oil,butter,margarine,fat',
  sweets: 'sweet,sugar,chocolate,cookie,candy,cake,pastry,honey,jam',
  softDrinks: 'soft drink,soda,cola,beverage',
  juice: 'juice',
};
